"""Who may open 填表, and the things of it that the access table names: a committee's form, one binding, one filled form."""

from branch_portal.files import keep_made_file
from supervision.actions.form_runs import scope_of
from supervision.models import FormBinding, FormRun, FormTemplate, FormVersion
from tests.access_lines import COMMITTEES_CANNOT_POST, COMMITTEES_ONLY, OWN_COMMITTEE_ONLY, Line, who
from tests.personas import World
from tests.supervision.blank_books import book

PRESSED = who(403, staff=302, staff_x=404)
_FORM = {"thing": "blank_form"}

ROUTES_OF_FILL: dict[str, Line] = {
    "supervision:forms": Line(COMMITTEES_ONLY, COMMITTEES_CANNOT_POST),
    "supervision:form-new": Line(COMMITTEES_ONLY, COMMITTEES_ONLY),
    "supervision:form": Line(OWN_COMMITTEE_ONLY, OWN_COMMITTEE_ONLY, **_FORM),
    "supervision:form-version": Line(OWN_COMMITTEE_ONLY, OWN_COMMITTEE_ONLY, **_FORM),
    "supervision:form-original": Line(OWN_COMMITTEE_ONLY, COMMITTEES_CANNOT_POST, **_FORM),
    "supervision:form-withdraw": Line(COMMITTEES_CANNOT_POST, PRESSED, **_FORM),
    "supervision:form-preview": Line(OWN_COMMITTEE_ONLY, COMMITTEES_CANNOT_POST, **_FORM),
    "supervision:form-filled": Line(OWN_COMMITTEE_ONLY, COMMITTEES_CANNOT_POST, **_FORM),
    "supervision:form-fill": Line(OWN_COMMITTEE_ONLY, OWN_COMMITTEE_ONLY, **_FORM),
    "supervision:form-unbind": Line(COMMITTEES_CANNOT_POST, PRESSED, thing="form_binding"),
    "supervision:form-runs": Line(COMMITTEES_ONLY, COMMITTEES_CANNOT_POST),
    "supervision:form-run": Line(OWN_COMMITTEE_ONLY, COMMITTEES_CANNOT_POST, thing="form_run"),
}


def fill_things(world: World) -> dict[str, object]:
    content = book({"月报": [["党支部", ""]]})
    template = FormTemplate.objects.create(
        organization=world.committee, name="月报", kind="xlsx", created_by=world.staff
    )
    version = FormVersion.objects.create(
        template=template,
        number=1,
        stored_name=keep_made_file(content, folder="forms", suffix=".xlsx"),
        file_name="月报.xlsx",
        sha256="0" * 64,
        size=len(content),
        layout={
            "sheets": [{"name": "月报", "grid": [["党支部", ""]], "widths": [61, 61], "more": False}],
            "marks": [],
            "losses": [],
        },
        uploaded_by=world.staff,
    )
    binding = FormBinding.objects.create(
        version=version, sheet="月报", place="B1", source="organization_name"
    )
    run = FormRun.objects.create(
        version=version,
        owner=world.staff,
        organization=world.committee,
        mode="one",
        year=2026,
        part="m3",
        stored_name=keep_made_file(content, folder="filled", suffix=".xlsx"),
        file_name="月报.xlsx",
        form_count=1,
        scope=scope_of(world.staff, version),
    )
    return {"blank_form": template, "form_binding": binding, "form_run": run}
