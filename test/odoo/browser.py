"""A browser for the tests: Debian's chromium, headless, by chromedriver.

Role: what screens.py clicks, types and sees, in the web clients of Odoo 14 to 19.
Speaks the W3C WebDriver protocol with Python's standard library.

Neighbours: screens.py.

Failure: every method raises; waiting is polling with a deadline.  close() ends
the browser and removes its profile.
"""
import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request

from odoo_server import Failed, wait_for

ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
         '--disable-background-networking', '--disable-component-update', '--disable-sync',
         '--disable-dev-shm-usage', '--window-size=1240,860', '--lang=en-US']

# The first visible element that fits the selector and holds the text.
FIND = """
const [css, text, exact] = arguments;
return Array.from(document.querySelectorAll(css)).find(e => e.getClientRects().length
    && (text === null || (exact ? e.textContent.trim() === text : e.textContent.includes(text)))) || null;
"""
SECONDS = 40


class Browser:
    def __init__(self, base):
        self.base = base
        self.profile = tempfile.mkdtemp(prefix='cartona-browser-')
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        self.driver = subprocess.Popen(['chromedriver', '--port=%d' % port], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.url = 'http://127.0.0.1:%d' % port
        self.session = None
        try:
            wait_for(self.ready, 60, 'chromedriver answers')
            made = self.ask('POST', '/session', {'capabilities': {'alwaysMatch': {
                'browserName': 'chrome', 'unhandledPromptBehavior': 'accept',
                'goog:chromeOptions': {'binary': shutil.which('chromium') or 'chromium',
                                       'args': FLAGS + ['--user-data-dir=' + self.profile]}}}})
            self.session = made['sessionId']
        except BaseException:
            self.close()
            raise

    def close(self):
        if self.session:
            try:
                self.ask('DELETE', '/session/' + self.session)
            except (Failed, OSError):
                pass
        self.driver.terminate()
        self.driver.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    # -------------------------------------------------------------- protocol

    def ready(self):
        try:
            return self.ask('GET', '/status')['ready']
        except OSError:
            return False

    def ask(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={'Content-Type': 'application/json'})
        try:
            with urllib.request.urlopen(request, timeout=180) as answer:
                return json.load(answer)['value']
        except urllib.error.HTTPError as refused:
            raise Failed('browser: %s %s: %s' % (method, path, refused.read().decode()[:600])) from refused

    def do(self, method, path, body=None):
        return self.ask(method, '/session/%s%s' % (self.session, path), body)

    # ------------------------------------------------------------------ page

    def go(self, path):
        # a change behind the # alone would not load the page
        self.do('POST', '/url', {'url': 'about:blank'})
        self.do('POST', '/url', {'url': self.base + path})

    def js(self, script, *args):
        return self.do('POST', '/execute/sync', {'script': script, 'args': list(args)})

    def find(self, css, text=None, exact=False):
        return self.js(FIND, css, text, exact)

    def wait(self, css, text=None, exact=False, seconds=SECONDS):
        """The element, as soon as it is there and can be seen."""
        try:
            return wait_for(lambda: self.find(css, text, exact), seconds, 'on the page: %s %s' % (css, text or ''))
        except TimeoutError as missing:
            raise TimeoutError('%s\nThe page says: %s' % (missing, self.text()[:1500])) from missing

    def gone(self, css, text=None, seconds=SECONDS):
        wait_for(lambda: not self.find(css, text), seconds, 'not on the page any more: %s %s' % (css, text or ''))

    def click(self, css, text=None, exact=False):
        """Click as a person does; again where something was still in front of it."""
        def clicked():
            element = self.wait(css, text, exact)
            try:
                self.do('POST', '/element/%s/click' % element[ELEMENT], {})
                return True
            except Failed:
                return False
        wait_for(clicked, SECONDS, 'a click on %s %s' % (css, text or ''), 0.3)

    def type(self, css, value):
        """Replace what an input holds."""
        element = self.wait(css)
        self.js('arguments[0].focus(); arguments[0].select && arguments[0].select();', element)
        keys = '\ue009a\ue000\ue003' + value       # select all, delete
        self.do('POST', '/element/%s/value' % element[ELEMENT], {'text': keys})
        # Odoo takes a value when the input is left
        self.js("arguments[0].dispatchEvent(new Event('change', {bubbles: true}));", element)

    def text(self, css='body'):
        return self.js('const e = document.querySelector(arguments[0]); return e ? e.innerText : "";', css)

    def source(self):
        return self.do('GET', '/source')

    def reload(self):
        self.do('POST', '/refresh', {})

    def screenshot(self, path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as out:
            out.write(base64.b64decode(self.do('GET', '/screenshot')))

    # ------------------------------------------------------------------ Odoo

    def login(self, login, password):
        self.do('DELETE', '/cookie')
        self.go('/web/login')
        # since 19 the page offers who was here before
        self.js('localStorage.clear(); sessionStorage.clear();')
        self.go('/web/login')
        self.type('input[name=login]', login)
        self.type('input[name=password]', password)
        self.click('form.oe_login_form button[type=submit]')
        self.wait('.o_main_navbar')

    def field(self, name):
        """What a field of the form on the screen shows."""
        return self.js("""
const e = Array.from(document.querySelectorAll('.o_form_view [name="' + arguments[0] + '"]')).find(e => e.getClientRects().length);
if (!e) return null;
const input = e.matches('input, select, textarea') ? e : e.querySelector('input, select, textarea');
return (input ? (input.selectedOptions ? input.selectedOptions[0].textContent : input.value) : e.innerText).trim();
""", name)

    def enter(self, name, value):
        self.type('.o_form_view input[name="%s"], .o_form_view [name="%s"] input' % (name, name), value)
