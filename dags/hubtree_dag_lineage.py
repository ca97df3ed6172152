"""What Airflow's OpenLineage provider is told of our tasks: the datasets a step read and wrote, with schema and rows.

`make up` and `make run` name this class in ``[openlineage] extractors`` and send the events to a file of the home.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from airflow.providers.openlineage.extractors.base import BaseExtractor, OperatorLineage


class StepExtractor(BaseExtractor):
    """Tells the datasets of a task that calls a step of hubtree; of any other task it says nothing."""

    @classmethod
    def get_operator_classnames(cls) -> list[str]:
        """Return the class of every ``@task``."""
        return ["_PythonDecoratedOperator"]

    def _execute_extraction(self) -> OperatorLineage | None:
        return self._told(None)

    def extract_on_complete(self, task_instance: Any) -> OperatorLineage | None:
        """Tell what was read and, after success, what was written."""
        return self._told(task_instance)

    def extract_on_failure(self, _: Any) -> OperatorLineage | None:
        """Tell what was read: what a failed step wrote is begun anew."""
        return self._told(None)

    def _told(self, task_instance: Any) -> OperatorLineage | None:
        from pipelines.events import read_by, written_by
        from pipelines.settings import Settings

        if "hubtree" not in self.operator.dag.tags:
            return None
        layout, step = Settings.from_environment().layout, self.operator.task_id
        build_id = self.operator.op_args[1] if self.operator.op_args else ""
        if task_instance is None:
            inputs = read_by(layout, step, build_id=build_id)
            return OperatorLineage(inputs=[_dataset(found) for found in inputs])
        since = task_instance.start_date.astimezone(UTC).replace(tzinfo=None)
        return OperatorLineage(
            inputs=[_dataset(found) for found in read_by(layout, step, build_id=build_id, since=since)],
            outputs=[_dataset(found) for found in written_by(layout, step, build_id=build_id, since=since)],
        )


def _dataset(found: Any) -> Any:
    """Write a dataset down in OpenLineage's words; only an output has counts, and it alone tells its columns."""
    from openlineage.client.event_v2 import InputDataset, OutputDataset
    from openlineage.client.facet_v2 import dataset_version_dataset, output_statistics_output_dataset, schema_dataset

    facets: dict[str, Any] = {}
    if found.version:
        facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=found.version)
    if found.n_rows is None:
        return InputDataset(found.namespace, found.name, facets=facets)
    fields = [
        schema_dataset.SchemaDatasetFacetFields(name=name, type=kind, description=meaning or None)
        for name, kind, meaning in found.columns
    ]
    facets["schema"] = schema_dataset.SchemaDatasetFacet(fields=fields)
    statistics = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(rowCount=found.n_rows, size=found.n_bytes)
    return OutputDataset(found.namespace, found.name, facets=facets, outputFacets={"outputStatistics": statistics})
