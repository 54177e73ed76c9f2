"""What Odoo's caches keep from one test to the next.

Odoo empties all of them after each test and each class, since what they hold may stem
from what is rolled back; filling them anew is a good part of a test's time. Two things
stay true all the same, and are kept:

- what they held when the test began: its rollback brings just that database back;
- compiled views and templates. Whatever changes a view empties their cache, on any
  server; so when nothing did, all of them are of the views as installed.
"""

from odoo.modules.registry import Registry
from odoo.tests.common import TransactionCase

TEMPLATES = "templates"


class _Views:
    """Whether a view was changed since the class, and since its test, began."""

    changed_by_class = False
    changed_by_test = False


def _caches(registry):
    return registry._Registry__caches


def _restore(registry, kept):
    caches = _caches(registry)
    for name, values in kept.items():
        caches[name].clear()
        for key, value in values.items():
            caches[name][key] = value


def _watch_views():
    clear_cache = Registry.clear_cache

    def noting_clear_cache(self, *cache_names):
        if TEMPLATES in cache_names:
            _Views.changed_by_test = True
        return clear_cache(self, *cache_names)

    Registry.clear_cache = noting_clear_cache


def _keep_between_tests():
    set_up = TransactionCase.setUp

    def keeping_set_up(self):
        kept = {}
        # Cleanups run backwards: this one after Odoo has emptied the caches.
        self.addCleanup(_restore, self.registry, kept)
        set_up(self)
        _Views.changed_by_class |= _Views.changed_by_test
        _Views.changed_by_test = False
        caches = _caches(self.registry)
        kept.update((name, cache.snapshot) for name, cache in caches.items())

        def keep_templates():
            if not _Views.changed_by_test:
                kept[TEMPLATES] = caches[TEMPLATES].snapshot
            _Views.changed_by_test = False

        self.addCleanup(keep_templates)

    TransactionCase.setUp = keeping_set_up


def _keep_between_classes():
    set_up_class = TransactionCase.setUpClass.__func__

    def keeping_set_up_class(cls):
        kept = {}
        cls.addClassCleanup(lambda: _restore(cls.registry, kept))
        _Views.changed_by_class = _Views.changed_by_test = False
        set_up_class(cls)

        def keep_templates():
            registry = cls.registry
            if not (
                _Views.changed_by_class
                or _Views.changed_by_test
                or registry.registry_invalidated
                or registry.registry_sequence != cls.registry_start_sequence
            ):
                kept[TEMPLATES] = _caches(registry)[TEMPLATES].snapshot

        cls.addClassCleanup(keep_templates)

    TransactionCase.setUpClass = classmethod(keeping_set_up_class)


def keep_caches():
    _watch_views()
    _keep_between_tests()
    _keep_between_classes()
