"""What is measured, run by the peer's own interpreter: `python -m benchmarks.peers.importing.work - '{"file": …}'`."""

import json
import os
import re
import sys
import time
from pathlib import Path


def work(file: str, code: str) -> dict:
    """Import the file once, as `Resource.import_data` does; the admin would do it twice, first as a rehearsal."""
    import django

    django.setup()
    from django.db import connection
    from import_export import fields, resources, widgets
    from import_export.formats.base_formats import XLSX

    from benchmarks.peers.importing.models import Branch, Member

    class MemberResource(resources.ModelResource):
        branch = fields.Field("branch", "branch", widgets.ForeignKeyWidget(Branch, "code"))

        class Meta:
            model = Member
            import_id_fields = ("id_number",)
            exclude = ("id",)

    with connection.schema_editor() as editor:
        for model in (Branch, Member):
            editor.create_model(model)
    Branch.objects.create(code=code)
    begun, cpu = time.perf_counter(), time.process_time()
    result = MemberResource().import_data(XLSX().create_dataset(Path(file).read_bytes()), raise_errors=True)
    ended = {"wall": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
    written = Member.objects.count()
    with connection.schema_editor() as editor:
        for model in (Member, Branch):
            editor.delete_model(model)
    assert result.totals["new"] == written, result.totals
    return {**ended, "memory": _peak(), "child_memory": 0, "answer": written}


def _peak() -> float:
    told = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(told[1]) / 1024 if told else 0.0


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.importing.settings"
    print(json.dumps(work(**json.loads(sys.argv[2]))))
