"""The server as a process: it starts, stops, is killed, and leaves nothing behind."""

import requests
from central_server import Central


def test_it_answers_on_both_kinds_of_postgresql(any_central: Central) -> None:
    page = requests.get(f"{any_central.url}/admin/login/", timeout=10)
    assert page.status_code == 200
    assert "Войти" in page.text
