"""Scripts behind `make run`, `make up` and `make down`: processes, ports and Airflow's environment.

Nothing here knows about models; nothing in `pipelines` or `dags` imports it.
"""
