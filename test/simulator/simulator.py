"""Start the simulator from a Python test and talk to it.

Role: a process handle with the calls that tests make again and again.
Neighbours: cartona_simulator.py, which it runs; tests import it.
Failure rule: a simulator that does not start, or a control call that is
refused, raises AssertionError with what it said. API calls return their
answer whatever it is.
"""

import http.client
import json
import os
import ssl
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


class Simulator:
    def __init__(self, token="test-token", port=0, state_log=None,
                 certificate=None):
        self.token = token
        command = [sys.executable, os.path.join(HERE, "cartona_simulator.py"),
                   "--port", str(port), "--token", token]
        if state_log:
            command += ["--state-log", state_log]
        if certificate:
            command += ["--certificate", certificate]
        self.certificate = certificate
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE,
                                        universal_newlines=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            self.stop()
            raise AssertionError("the simulator did not start: %r" % line)
        self.port = int(line.split()[-1])
        self.url = "%s://127.0.0.1:%d" % ("https" if certificate else "http",
                                          self.port)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def connect(self, timeout=10):
        if self.certificate:
            trust = ssl.create_default_context(cafile=self.certificate)
            return http.client.HTTPSConnection("127.0.0.1", self.port,
                                               timeout=timeout, context=trust)
        return http.client.HTTPConnection("127.0.0.1", self.port,
                                          timeout=timeout)

    def control(self, method, path, value=None):
        """A call to /_sim/<path>: its answer as a value."""
        connection = self.connect(timeout=60)
        try:
            body = None if value is None else json.dumps(value)
            connection.request(method, "/_sim/" + path, body)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8")
        finally:
            connection.close()
        if answer.status >= 300:
            raise AssertionError("%s %s: %d %s" % (method, path,
                                                   answer.status, text))
        return json.loads(text)

    def api(self, method, path, value=None, connection=None, **headers):
        """A call to /api/v1<path>: (status, value or text, headers)."""
        sent = {"AuthorizationToken": self.token,
                "Content-Type": "application/json"}
        sent.update((name.replace("_", "-"), text)
                    for name, text in headers.items())
        sent = {name: text for name, text in sent.items() if text is not None}
        body = value if isinstance(value, (bytes, type(None))) \
            else json.dumps(value, ensure_ascii=False).encode("utf-8")
        own = connection or self.connect()
        try:
            own.request(method, "/api/v1" + path, body, sent)
            answer = own.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            if connection is None:
                own.close()
        try:
            result = json.loads(text)
        except ValueError:
            result = text
        return answer.status, result, answer.headers
