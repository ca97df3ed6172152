"""The fitter: global search, damped Newton steps on many problems at once, and refits under other weights."""
