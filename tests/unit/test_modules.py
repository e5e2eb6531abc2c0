"""Modules are imported while the loop waits."""

import asyncio
import sys

from db_workflow.modules import import_soon


async def test_modules_are_imported_in_order_while_something_is_waited_for(tmp_path, monkeypatch):
    (tmp_path / "soon_first.py").write_text("ORDER = ['first']", "utf-8")
    (tmp_path / "soon_second.py").write_text(
        "import sys\nsys.modules['soon_first'].ORDER.append('second')", "utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import_soon("soon_first", "soon_second")
    assert "soon_first" not in sys.modules
    await asyncio.sleep(0.1)
    assert sys.modules["soon_first"].ORDER == ["first", "second"]
