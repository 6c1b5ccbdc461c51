"""Gunicorn for the API and the admin of the central server; event streams go to uvicorn, see nginx.conf."""

wsgi_app = "sync.central.production:api()"
bind = "unix:/run/citymanager/api.sock"
worker_class = "gthread"
workers = 3
threads = 8
timeout = 60
graceful_timeout = 10
# the services are managed by systemd alone
control_socket_disable = True
