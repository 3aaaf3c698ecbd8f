"""GitHub by its REST API: tokens cut to the job, one place that maps failures, and a port to a module."""
