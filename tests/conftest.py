def pytest_collection_modifyitems(items):
    """Prefect's tests come last: the threads that it leaves in this process do not go with tests that fork."""
    items.sort(key=lambda item: item.get_closest_marker("prefect") is not None)
