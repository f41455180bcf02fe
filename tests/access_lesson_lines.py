"""Lines of the access table for 云端党课. The lesson is published by branch A; `who` and `Line` are the table's own."""


def lesson_lines(line, who) -> dict:
    not_got = who(405)
    keepers = who(403, officers=200, committees=200)
    manage = who(404, insiders=403, officers_a=200, staff=200)
    managed = who(404, insiders=403, officers_a=302, staff=302)
    reads = who(404, insiders=200, staff=200)
    #: Staff are no members: they have nothing to complete.
    learners = who(404, insiders=302, staff=403)
    solutions = who(404, officers_a=200, staff=200)
    owner = who(404, secretary_a=200)
    of_lesson = {"thing": "lesson", "values": {"kind": "lesson"}}
    return {
        "learning:lessons": line(who(200)),
        "learning:lessons-manage": line(keepers),
        "learning:lesson-new": line(keepers, keepers),
        "learning:lesson": line(reads, thing="lesson"),
        "learning:lesson-said": line(not_got, learners, thing="lesson"),
        "learning:lesson-edit": line(manage, manage, thing="lesson"),
        "learning:lesson-publish": line(not_got, managed, thing="lesson"),
        "learning:lesson-withdraw": line(not_got, managed, thing="lesson"),
        "learning:lesson-files": line(manage, manage, thing="lesson"),
        "learning:lesson-attach": line(not_got, manage, thing="lesson"),
        "learning:lesson-people": line(manage, managed, thing="lesson"),
        "learning:lesson-take-back": line(not_got, managed, thing="lesson"),
        "learning:lesson-paper": line(manage, thing="lesson"),
        "learning:lesson-file": line(reads, thing="lesson_file"),
        "learning:lesson-file-download": line(reads, thing="lesson_file"),
        "learning:lesson-file-remove": line(not_got, managed, thing="lesson_file"),
        "learning:upload-begin": line(
            not_got, who(404, insiders=403, officers_a=422, staff=422), thing="lesson"
        ),
        "learning:upload": line(owner, thing="upload"),
        "learning:upload-part": line(not_got, who(404, secretary_a=422), thing="upload"),
        "learning:upload-cancel": line(not_got, who(404, secretary_a=302), thing="upload"),
        "learning:check-start": line(not_got, learners, thing="lesson"),
        "learning:check": line(solutions, solutions, thing="attempt"),
        "learning:bank": line(manage, **of_lesson),
        "learning:question-new": line(manage, manage, **of_lesson),
        "learning:questions-import": line(manage, manage, **of_lesson),
        "learning:question-template": line(keepers),
        "learning:bank-question": line(solutions, solutions, thing="bank_question"),
        "learning:bank-question-retire": line(
            not_got, who(404, officers_a=302, staff=302), thing="bank_question"
        ),
        "learning:question-import": line(owner, who(404, secretary_a=302), thing="question_import"),
        "learning:series": line(keepers),
        "learning:series-new": line(keepers, keepers),
        "learning:series-edit": line(manage, manage, thing="series"),
    } | _record_lines(line, who)


def _record_lines(line, who) -> dict:
    """What officers do with a lecture's lessons on its record."""
    loggers = who(404, insiders=403, officers_a=302, staff=403)
    posted = line(who(405), loggers, thing="record")
    return {f"activities:lesson-{what}": posted for what in ("make", "link", "unlink")}
