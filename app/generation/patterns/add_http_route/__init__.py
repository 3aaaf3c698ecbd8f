"""`add-http-route`: an Express or Flask application gets one more route, with its test."""
