#!/usr/bin/env python3
"""The screens in a real Odoo, in a real browser, as each kind of user.

Role: what an administrator, a sales manager and a salesman see and do in Odoo's
web client: menu, configuration, an order pulled and opened, a dead letter sent
again, a product mapped; rights through the API; removal under a live Odoo.
Keeps a picture of each screen, in English and Arabic, in the run's log folder.

Neighbours: browser.py (chromium), stage.py (what it is built on), check.sh
(`make check-odoo`).

Failure: as in stage.py: one "not ok" line per failed check; a chapter in the
browser leaves a picture of where it failed.
"""
import contextlib
import re
import threading

import odoo_server
from browser import Browser
from odoo_server import OdooError, wait_for
from stage import STATUS_PATH, TOKEN, Stage, run

MENU = ['Overview', 'What needs a person', 'Orders', 'Products', 'Queue', 'Inbox', 'Log', 'Configuration']
ARABIC = ['نظرة عامة', 'ما يحتاج إلى تدخل', 'الطلبات', 'المنتجات', 'قائمة الإرسال', 'الوارد', 'السجل', 'الإعدادات']
MODELS = ('overview', 'problem', 'queue', 'inbox', 'log')
# A module that extends the form of sales orders, and nothing depends on.
LEAF = 'sale_margin'
# What names us in Odoo's log; paths of the run do not.
OURS = r'x_cartona|__cartona__|x_delivered_by|cartona\.[a-z_]+\('


class Screens(Stage):
    browser = None
    language = 'en'

    # --------------------------------------------------------------- helpers

    @property
    def old(self):
        return self.server.version == '14'

    def ours(self, name):
        """The id of one of our rows in Odoo, by its external id."""
        return int(self.server.value(
            "SELECT res_id FROM ir_model_data WHERE module = '__cartona__' AND name = 'ui_%s'" % name) or 0)

    def picture(self, name):
        self.browser.screenshot('%s/screens/%s-%s.png' % (self.server.log_dir, name, self.language))

    def chapter(self, tell):
        """Where one in the browser fails, a picture is left."""
        before = self.failed
        super().chapter(tell)
        if self.failed > before and tell.__name__[len('tell_'):] in IN_BROWSER:
            with contextlib.suppress(Exception):
                self.picture('failed-' + tell.__name__)

    def close(self):
        if self.browser:
            self.browser.close()

    def user(self, login, *groups):
        ids = [self.server.rows("SELECT res_id FROM ir_model_data WHERE module = '%s' AND name = '%s'"
                                % tuple(g.split('.')))[0]['res_id'] for g in ('base.group_user',) + groups]
        column = 'groups_id' if 'groups_id' in self.call('res.users', 'fields_get') else 'group_ids'
        return self.call('res.users', 'create', {'name': login, 'login': login, 'password': login,
                                                 'email': login + '@example.com', column: [(6, 0, ids)]})

    def may(self, login, model, method, *args):
        try:
            self.server.call(model, method, args, login=login)
            return True
        except OdooError as refused:
            if 'AccessError' not in str(refused):
                raise
            return False

    def press(self, login, button, model, ids):
        """A button, by the API."""
        return self.server.call('ir.actions.server', 'run', [[self.ours('button_' + button)]], {
            'context': {'active_model': model, 'active_ids': ids, 'active_id': ids[0]}}, login=login)

    def open_menu(self, name):
        """The screen behind an entry of our menu."""
        action = self.server.value('SELECT action FROM ir_ui_menu WHERE id = %d' % self.ours('menu_' + name)).split(',')[1]
        root = self.ours('menu_root')
        self.browser.go('/web#action=%s&menu_id=%d' % (action, root) if self.old
                        else '/odoo/action-%s?menu_id=%d' % (action, root))
        self.browser.wait('.o_content, .o_action_manager .o_view_controller')

    def open_record(self, model, record):
        self.browser.go('/web#id=%d&model=%s&view_type=form' % (record, model) if self.old
                        else '/odoo/%s/%d' % (model, record))
        self.browser.wait('.o_form_view')

    def edit(self):
        if self.old:
            self.browser.click('.o_form_button_edit')

    def save(self):
        self.browser.click('.o_form_button_save')

    def saved(self):
        # since 16 the button is only made invisible
        wait_for(lambda: self.browser.js('const b = document.querySelector(".o_form_button_save");'
                                         ' return !b || !b.getClientRects().length || getComputedStyle(b).visibility === "hidden"'),
                 60, 'the form is saved')

    def dialog(self):
        """What a dialog says; it is closed."""
        self.browser.wait('.modal .modal-body')
        said = self.browser.text('.modal .modal-body')
        self.picture('refused')
        self.browser.click('.modal .modal-footer button')
        self.browser.gone('.modal .modal-body')
        return said

    def in_arabic(self, work):
        """Do something as a person whose language is Arabic."""
        self.speak('ar_001')
        self.language = 'ar'
        try:
            work()
        finally:
            self.language = 'en'
            self.speak('en_US')

    def speak(self, language):
        # A request of an open page, between Odoo's emptying of its cache and the
        # commit, would put the old language back into the cache.
        self.browser.do('POST', '/url', {'url': 'about:blank'})
        self.call('res.users', 'write', [2], {'lang': language})

    # --------------------------------------------------------------- chapters

    def prepare(self):
        """the extension is installed; the screens come by themselves"""
        self.company = 1
        self.as_odoo('CREATE EXTENSION cartona_integration')
        self.eventually(lambda: self.server.value("SELECT state FROM cartona.ui_state WHERE NOT signal_wanted") == 'installed',
                        'the worker attaches and installs the screens', detail=self.trouble)
        self.equal(self.call('ir.ui.menu', 'search_count', [('name', '=', 'Cartona'), ('parent_id', '=', False)],
                             context={'ir.ui.menu.full_list': True}), 1, 'Odoo has the menu, without a restart')
        self.currency = self.read_one('res.company', self.company, ['currency_id'])['currency_id'][1]
        self.account = 1
        self.tax = self.some_tax()
        self.a, self.b = self.create_products(2, 100.0, 'شاي العروسة')
        for product in (self.a, self.b):
            self.receive(product['variant'], 1000)
        self.user('clerk', 'sales_team.group_sale_salesman_all_leads')
        self.user('manager', 'sales_team.group_sale_manager')
        self.user('keeper', 'base.group_system')
        wizard = {'lang': 'ar_001'} if self.old else {'lang_ids': [(6, 0, [int(self.server.value(
            "SELECT id FROM res_lang WHERE code = 'ar_001'"))])]}
        self.call('base.language.install', 'lang_install', [self.call('base.language.install', 'create', wizard)])

    def open_browser(self):
        """chromium, where the administrator signs in; its pictures are in the run's log folder"""
        self.browser = Browser('http://127.0.0.1:%d' % self.server.http_port)
        self.browser.login('admin', 'admin')

    def tell_rights(self):
        """who may read and do what, through the API"""
        for model in MODELS:
            self.equal([self.may(login, 'x_cartona_' + model, 'search_read', [], []) for login in ('clerk', 'manager', 'keeper', 'admin')],
                       [False, True, True, True], '%s: not for a salesman; for a sales manager and the settings group' % model)
            self.equal([self.may(login, 'x_cartona_' + model, 'write', [1], {'x_name': 'x'}) for login in ('manager', 'admin')],
                       [False, False], '%s: nobody writes it' % model)
        self.equal([self.may(login, 'x_cartona_config', 'read', [1], []) for login in ('clerk', 'manager', 'keeper', 'admin')],
                   [False, False, True, True], 'configuration: for the settings group alone')
        self.equal([self.may(login, 'x_cartona_config', 'write', [1], {'x_name': 'Cartona'}) for login in ('clerk', 'manager', 'keeper')],
                   [False, False, True], 'and so is writing it')
        self.equal([self.may(login, 'x_cartona_config', 'unlink', [1]) for login in ('manager', 'admin')], [False, False],
                   'nobody deletes it')

        def allowed(login, button, model):
            try:
                self.press(login, button, model, [1])
                return True
            except OdooError as refused:
                return 'AccessError' not in str(refused)
        self.equal([allowed(login, 'queue_again', 'x_cartona_queue') for login in ('clerk', 'manager', 'keeper')], [False, True, True],
                   '"Send again": not for a salesman')
        self.equal([allowed(login, 'disable', 'x_cartona_config') for login in ('clerk', 'manager', 'keeper')], [False, False, True],
                   '"Disable": for the settings group alone')

        def menus(login):
            seen = self.server.call('ir.ui.menu', 'search_read', [[('id', 'child_of', self.ours('menu_root'))], ['name']],
                                    {'context': {'lang': 'en_US'}}, login=login)
            return sorted(m['name'] for m in seen)
        ours = sorted(MENU + ['Cartona'])
        if not self.old:
            # there the API shows every menu; what the browser shows is looked at below
            def menus(login):  # noqa: F811
                visible = set(self.server.call('ir.ui.menu', 'load_menus', [False], login=login))
                return sorted(m['name'] for m in self.search_menus() if str(m['id']) in visible)
        self.equal(menus('clerk'), [], 'a salesman has no menu')
        self.equal(menus('manager'), [m for m in ours if m != 'Configuration'], 'a sales manager has all but the configuration')
        self.check('Configuration' in menus('keeper'), 'the settings group has the configuration', menus('keeper'))
        for login in ('clerk', 'manager'):
            fields = self.server.call('sale.order', 'fields_get', [], login=login)
            self.check('x_cartona_id' in fields and 'x_cartona_status' in fields, '%s: the fields of the tab are there' % login)

    def search_menus(self):
        return self.call('ir.ui.menu', 'search_read', [('id', 'child_of', self.ours('menu_root'))], ['name'],
                         context={'ir.ui.menu.full_list': True})

    def tell_menu(self):
        """the menu, in English and Arabic; none for a salesman"""
        b = self.browser
        b.login('clerk', 'clerk')
        self.check('Cartona' not in b.source().split('</title>')[-1] or not b.find('[data-menu-xmlid="__cartona__.ui_menu_root"]'),
                   'a salesman sees no menu')
        b.login('manager', 'manager')
        self.open_menu('overview')
        b.wait('.o_menu_sections')
        names = b.js('return Array.from(document.querySelectorAll(".o_menu_sections > *, .o_menu_sections .o_nav_entry")).map(e => e.textContent.trim())')
        self.equal([n for n in MENU if n in names], MENU[:-1], 'a sales manager sees the menu without the configuration')
        b.login('admin', 'admin')
        self.open_menu('overview')
        b.wait('.o_form_view')
        names = b.js('return Array.from(document.querySelectorAll(".o_menu_sections > *, .o_menu_sections .o_nav_entry")).map(e => e.textContent.trim())')
        self.equal([n for n in MENU if n in names], MENU, 'an administrator sees all of it')
        self.picture('overview-off')

        def arabic():
            b.login('admin', 'admin')
            self.open_menu('overview')
            b.wait('.o_form_view')
            names = b.js('return Array.from(document.querySelectorAll(".o_menu_sections > *, .o_menu_sections .o_nav_entry")).map(e => e.textContent.trim())')
            self.equal([n for n in ARABIC if n in names], ARABIC, 'in Arabic, too')
            # the direction itself comes from a style sheet that Odoo makes with rtlcss, where that is installed
            self.check(b.js('return document.body.classList.contains("o_rtl")'), 'right to left')
        self.in_arabic(arabic)
        b.login('admin', 'admin')

    def tell_configuration(self):
        """the configuration: a wrong URL refused, saved, the connection tested, enabled"""
        b = self.browser
        self.open_menu('config')
        b.wait('.o_form_view')
        self.edit()
        b.enter('x_api_url', 'ftp://cartona.example')
        self.save()
        said = self.dialog()
        self.check('cannot be used' in said and 'Traceback' not in said, "a wrong URL is refused in Odoo's dialog, in plain words", said)
        b.enter('x_api_url', self.simulator.url)
        b.enter('x_api_token', TOKEN)
        b.click('.o_form_view .nav-link', 'Products', True)
        b.enter('x_currency', self.currency)
        self.save()
        self.eventually(lambda: self.server.value('SELECT api_url FROM cartona.account') == self.simulator.url, 'saved')
        self.saved()
        read = self.call('x_cartona_config', 'read', [1], ['x_api_token', 'x_api_url'])[0]
        self.equal(read['x_api_token'], '********', 'the token is a mask')
        self.check(TOKEN not in b.source(), 'it is not in the page')
        with open(self.server.log_dir + '/odoo.log', encoding='utf-8') as said:
            self.check(TOKEN not in said.read(), "nor in Odoo's log")
        b.click('button[name="%d"]' % self.ours('button_check'))
        self.eventually(lambda: 'Cartona answered' in (b.field('x_last_check_result') or ''),
                        'the connection is tested; the result is on the form', detail=lambda: b.field('x_last_check_result'))
        b.click('button[name="%d"]' % self.ours('button_enable'))
        self.eventually(lambda: b.field('x_state') == 'Works', 'enabled; the form says that it works', detail=lambda: b.text()[:1500])
        self.picture('configuration')

        def arabic():
            b.login('admin', 'admin')
            self.open_menu('config')
            b.wait('.o_form_view button', 'اختبر الاتصال')
            b.click('button[name="%d"]' % self.ours('button_check'))
            b.wait('.o_notification', 'ردت كرتونة')
            self.check(True, 'the result is told in Arabic')
            self.picture('configuration')
            self.edit()
            b.enter('x_api_url', 'ftp://cartona.example')
            self.save()
            self.check('لا يمكن استخدام' in self.dialog(), 'and so is a wrong URL')
            b.click('.o_form_button_cancel')
            if self.old and b.find('.modal .btn-primary'):
                b.click('.modal .btn-primary')
        self.in_arabic(arabic)
        b.login('admin', 'admin')

    def tell_products(self):
        """a product mapped on its form arrives at Cartona"""
        b = self.browser
        self.open_record('product.template', self.a['template'])
        b.click('.o_form_view .nav-link', 'Cartona', True)
        self.edit()
        b.click('.o_form_view .nav-link', 'Cartona', True)
        b.enter('x_cartona_id', self.a['sku'])
        self.save()
        self.eventually(lambda: self.cartona_product(self.a['sku']).get('selling_price'), 'the product is at Cartona', detail=self.trouble)
        self.equal(float(self.cartona_product(self.a['sku'])['selling_price']), 100.0, 'with its price')
        self.equal(self.server.value('SELECT cartona_id FROM product_template WHERE id = %d' % self.a['template']), self.a['sku'],
                   'cartona_id is what was entered')
        self.call('product.template', 'write', [self.b['template']], {'x_cartona_id': self.b['sku']})
        self.eventually(lambda: self.cartona_product(self.b['sku']), 'so is one that was mapped through the API')
        self.eventually(lambda: self.read_one('product.template', self.a['template'], ['x_cartona_price'])['x_cartona_price'] == '100',
                        'the form shows the price that Cartona accepted')
        self.open_record('product.template', self.a['template'])
        b.click('.o_form_view .nav-link', 'Cartona', True)
        self.picture('product')
        self.open_menu('product')
        b.wait('.o_list_view .o_data_row', 'شاي العروسة')
        self.picture('products')

    def tell_orders(self):
        """an order pulled by the button, and opened"""
        b = self.browser
        self.add_orders([self.order('SCREEN-1', [(self.a, 2, 95.5)], note_message='شكرًا', wallet_top_up=5, total_price=191)])
        self.open_menu('overview')
        b.wait('.o_form_view')
        b.click('button[name="%d"]' % self.ours('button_pull'))
        self.eventually(lambda: self.odoo_orders(['SCREEN-1']), '"Pull orders now" brings the order', detail=self.trouble)
        self.screen_order = self.odoo_orders(['SCREEN-1'])['SCREEN-1'][0]
        b.wait('.o_notification', 'New orders')
        self.picture('overview')
        self.open_menu('order')
        b.click('.o_list_view .o_data_row td.o_data_cell', 'SCREEN-1') if b.find('.o_list_view .o_data_row td', 'SCREEN-1') \
            else b.click('.o_list_view .o_data_row td.o_data_cell')
        b.wait('.o_form_view')
        b.click('.o_form_view .nav-link', 'Cartona', True)
        self.equal(b.field('x_cartona_id'), 'SCREEN-1', 'it opens; the tab has its id')
        self.equal(b.field('x_cartona_top_up'), '5', 'and who pays what')
        self.picture('order')
        b.login('clerk', 'clerk')
        self.open_record('sale.order', self.screen_order)
        b.click('.o_form_view .nav-link', 'Cartona', True)
        self.equal(b.field('x_cartona_id'), 'SCREEN-1', 'a salesman has the tab, too')
        b.login('admin', 'admin')

        def arabic():
            b.login('admin', 'admin')
            self.open_record('sale.order', self.screen_order)
            b.click('.o_form_view .nav-link', 'كرتونة', True)
            b.wait('.o_form_view label', 'معرّف كرتونة')
            self.check(True, 'the tab is in Arabic')
            self.picture('order')
            for name in ('overview', 'queue', 'inbox', 'log', 'product', 'problem', 'order'):
                self.open_menu(name)
                b.wait('.o_form_view' if name == 'overview' else '.o_list_view, .o_view_nocontent')
                self.picture({'product': 'products', 'order': 'orders', 'problem': 'problems'}.get(name, name))
        self.in_arabic(arabic)
        b.login('admin', 'admin')

    def tell_queue(self):
        """a dead letter is sent again by its button"""
        b = self.browser
        self.fault(match={'path': STATUS_PATH}, fault='status', status=422, body='{"error": "المخزون غير كاف"}', times=1)
        self.call('sale.order', 'action_confirm', [self.screen_order])
        self.eventually(lambda: self.search_read_ours('queue', [('x_state', '=', 'dead')]), 'a refused status is in the queue', detail=self.trouble)
        self.open_menu('queue')
        b.wait('.o_list_view .o_data_row', 'SCREEN-1')
        self.check('المخزون غير كاف' in b.text(), "with Cartona's reason")
        self.picture('queue')
        self.open_menu('problem')
        b.wait('.o_list_view .o_data_row', 'SCREEN-1')
        self.picture('problems')

        def arabic():
            b.login('admin', 'admin')
            self.open_menu('problem')
            b.wait('.o_list_view .o_data_row', 'SCREEN-1')
            self.check('رفضت كرتونة الحالة approved للطلب SCREEN-1: ' in b.text(), 'a problem is said in Arabic')
            self.picture('problems')
            self.as_odoo("INSERT INTO cartona.log (account_id, kind, result, message) VALUES (1, 'check', 'retry', 'HTTP 502: an empty answer')")
            self.open_menu('log')
            b.wait('.o_list_view .o_data_row')
            self.check('HTTP 502: رد فارغ' in b.text(), 'so is what the log says')
        self.in_arabic(arabic)
        b.login('admin', 'admin')
        self.open_menu('overview')
        b.wait('.o_form_view .o_data_row', 'SCREEN-1')
        self.picture('overview-problem')
        self.open_menu('queue')
        b.click('.o_list_view .o_data_row button[name="%d"]' % self.ours('button_queue_again'))
        self.eventually(lambda: self.cartona_status('SCREEN-1') == 'approved', '"Send again" brings it to Cartona', detail=self.trouble)
        self.open_menu('inbox')
        b.click('.o_list_view .o_data_row td.o_data_cell', 'SCREEN-1')
        b.wait('.o_form_view', 'retailer_code')
        self.picture('inbox')
        self.open_menu('log')
        b.wait('.o_list_view .o_data_row')
        self.picture('log')

    def search_read_ours(self, model, domain):
        return self.call('x_cartona_' + model, 'search_read', domain, ['x_name', 'x_state'])

    def tell_duplicate(self):
        """Odoo's Duplicate copies nothing of Cartona's"""
        partner = self.read_one('sale.order', self.screen_order, ['partner_id'])['partner_id'][0]
        for model, record in (('sale.order', self.screen_order), ('product.template', self.a['template']), ('res.partner', partner)):
            copy = self.call(model, 'copy', [record])
            copy = copy[0] if isinstance(copy, list) else copy
            table = model.replace('.', '_')
            kept = self.server.rows('SELECT cartona_id, x_cartona_id FROM %s WHERE id IN (%d, %d) ORDER BY id' % (table, record, copy))
            self.check(kept[0]['cartona_id'] and kept[0]['cartona_id'] == kept[0]['x_cartona_id']
                       and kept[1] == {'cartona_id': None, 'x_cartona_id': None}, '%s: the copy has no Cartona id' % model, kept)

    def our_rows(self):
        """Our rows in Odoo, by name; without the scheduled action's."""
        return {r['name']: (r['model'], r['res_id']) for r in self.server.rows(
            "SELECT name, model, res_id FROM ir_model_data WHERE module = '__cartona__' AND name LIKE 'ui%'")}

    def tell_modules(self):
        """-u base, and a module on the same form installed and removed"""
        before = self.our_rows()
        for name, button in ((LEAF, 'button_immediate_install'), (LEAF, 'button_immediate_uninstall'), (LEAF, 'button_immediate_install')):
            module = self.find_id('ir.module.module', [('name', '=', name)])
            self.call('ir.module.module', button, [module])
            self.equal(self.read_one('sale.order', self.screen_order, ['x_cartona_id'])['x_cartona_id'], 'SCREEN-1',
                       '%s of %s: the order has its tab' % (button, name))
        self.equal({n: v for n, v in self.our_rows().items() if before.get(n) != v}, {}, 'our rows are as they were')
        self.server.stop_odoo()
        said = self.server.update(['base'])
        bad = [line for line in said.splitlines() if re.search(r' (WARNING|ERROR|CRITICAL) ', line) and re.search(OURS, line)]
        self.equal(bad, [], '-u base has no warning about us')
        self.equal(self.our_rows(), before, 'and leaves every row as it was')

    def tell_removal(self):
        """removed under two live workers: no request fails, no row is left"""
        self.server.start_odoo(workers=2)
        stop = threading.Event()
        failures, done = [], []

        def user():
            while not stop.is_set():
                try:
                    self.server.call('sale.order', 'search_read', [[('id', '=', self.screen_order)], []], {'limit': 1})
                    self.server.call('product.template', 'search_read', [[], []], {'limit': 5})
                    done.append(1)
                except OdooError as failed:
                    failures.append(str(failed)[:300])
        threads = [threading.Thread(target=user) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            wait_for(lambda: len(done) > 10, 60, 'users work')
            wait_for(self.uninstalled, 60, 'cartona.ui_uninstall()')
            self.eventually(lambda: self.server.value('SELECT state FROM cartona.ui_state') == 'removed', 'the screens are removed')
            count = len(done)
            wait_for(lambda: len(done) > count + 10, 60, 'users go on')
            self.equal(failures, [], 'no request failed meanwhile')
            failures.clear()
            wait_for(lambda: self.tried('SELECT cartona.ui_install()'), 60, 'cartona.ui_install()')
            self.eventually(lambda: self.server.value('SELECT state FROM cartona.ui_state WHERE NOT signal_wanted') == 'installed', 'installed again')
            count = len(done)
            wait_for(lambda: len(done) > count + 10, 60, 'users go on')
            self.equal(failures, [], 'no request failed while they were installed')
            wait_for(self.detached, 60, 'cartona.detach()')
            self.as_odoo('DROP EXTENSION cartona_integration')
            count = len(done)
            wait_for(lambda: len(done) > count + 10, 60, 'users go on')
            self.equal(failures, [], 'nor by detach() and DROP EXTENSION')
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        left = self.server.rows("""
            SELECT 'model' AS kind, model AS name FROM ir_model WHERE model LIKE 'x_cartona%'
            UNION ALL SELECT 'field', model || '.' || name FROM ir_model_fields WHERE name LIKE 'x_cartona%' OR name = 'x_delivered_by'
            UNION ALL SELECT 'view', name FROM ir_ui_view WHERE name LIKE 'cartona.%' OR arch_db::text LIKE '%x_cartona%'
            UNION ALL SELECT 'menu', name::text FROM ir_ui_menu WHERE name::text LIKE '%Cartona%'
            UNION ALL SELECT 'action', name::text FROM ir_actions WHERE id IN (SELECT id FROM ir_act_server WHERE code LIKE '%cartona%'
                UNION SELECT id FROM ir_act_window WHERE res_model LIKE 'x_cartona%')
            UNION ALL SELECT 'external id', module || '.' || name FROM ir_model_data WHERE module = '__cartona__' OR name LIKE '%x_cartona%' OR name LIKE '%x_delivered_by%'""")
        self.equal(left, [], 'no row of ours is left in Odoo')

    def uninstalled(self):
        return self.tried('SELECT cartona.ui_uninstall()')

    def detached(self):
        return self.tried('SELECT cartona.detach()')

    def tried(self, statement):
        try:
            self.as_odoo(statement)
        except odoo_server.Failed as problem:
            if 'lock timeout' not in str(problem):
                raise
            return False
        return True

    def tell_log(self):
        """nothing of ours is a warning or an error in Odoo's log"""
        with open(self.server.log_dir + '/odoo.log', encoding='utf-8') as said:
            bad = [line for line in said if re.search(r' (WARNING|ERROR|CRITICAL) ', line) and re.search(OURS, line)
                   # the refusals this test asked for
                   and not re.search(r'not allowed to|UPDATE "x_cartona_config"|access rights', line)]
        self.equal(bad, [], "Odoo's log has no warning that names us")


IN_BROWSER = ('menu', 'configuration', 'products', 'orders', 'queue')
CHAPTERS = ('rights',) + IN_BROWSER + ('duplicate', 'modules', 'removal', 'log')


if __name__ == '__main__':
    run(Screens, CHAPTERS, __doc__, prepare=('prepare', 'open_browser'))
