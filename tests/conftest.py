"""What all tests share."""

pytest_plugins = ["central_server"]
