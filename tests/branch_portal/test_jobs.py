"""Long work: claimed once, fenced, cancelled, given up, told to its owner only."""

import datetime
import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from branch_portal import jobs
from branch_portal.jobs import JobLost, JobQuotaExceeded, JobRefused, JobResult, claim_next, enqueue, run_one
from branch_portal.models import Job, TickerBeat
from branch_portal.tasks import run_jobs
from notices.actions.telling import tell_due_slots
from notices.models import Delivery
from tests import factories as make


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """Runners of these tests only; each leaves a row that shows whether its transaction was kept."""
    monkeypatch.setattr(jobs, "_runners", {})

    @jobs.job("test.count")
    def count(job, progress):
        progress.start(3)
        TickerBeat.objects.create(ticker=f"job-{job.pk}", beat_at=timezone.now())
        for number in range(1, 4):
            progress.step(number)
        return JobResult(figures={"summary": "完成 3 项", "scope": _scope()}, url="/members/")

    @jobs.job("test.refuse")
    def refuse(job, progress):
        TickerBeat.objects.create(ticker=f"job-{job.pk}", beat_at=timezone.now())
        raise JobRefused("文件已失效，请重新上传。")

    @jobs.job("test.break")
    def break_down(job, progress):
        TickerBeat.objects.create(ticker=f"job-{job.pk}", beat_at=timezone.now())
        raise ZeroDivisionError

    @jobs.job("test.cancelled")
    def cancelled(job, progress):
        TickerBeat.objects.create(ticker=f"job-{job.pk}", beat_at=timezone.now())
        _in_thread(
            lambda: Job.objects.filter(pk=job.pk).update(state="cancelled", finished_at=timezone.now())
        )
        return JobResult()


def _scope():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('portal.user_id')")
        return cursor.fetchone()[0]


def _in_thread(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def _kept(job) -> bool:
    return TickerBeat.objects.filter(ticker=f"job-{job.pk}").exists()


def _queue(owner, kind="test.count", **arguments):
    return enqueue(by=owner, kind=kind, title="测试任务", arguments=arguments)


def test_a_job_runs_as_its_owner_and_ends_with_its_result(committed_db):
    owner = make.user("owner")
    job = _queue(owner)
    assert run_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.attempt, job.done_count, job.total_count, job.percent) == ("done", 1, 3, 3, 100)
    assert (job.result, job.result_url) == ({"summary": "完成 3 项", "scope": str(owner.pk)}, "/members/")
    assert _kept(job)
    assert run_one() is False


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("test.refuse", "文件已失效，请重新上传。"),
        ("test.break", "处理时出错，没有保存任何内容；请联系管理员，并告知任务编号 {}。"),
    ],
)
def test_a_failure_is_told_and_nothing_is_kept(committed_db, kind, error):
    job = _queue(make.user("owner"), kind)
    call_command("run_jobs", "--once")
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", error.format(str(job.uid)[:8]))
    assert not _kept(job)


def test_work_that_was_cancelled_meanwhile_is_rolled_back(committed_db):
    job = _queue(make.user("owner"), "test.cancelled")
    assert run_one() is True
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert not _kept(job)


def test_a_closed_account_gets_no_work_done(committed_db):
    owner = make.user("owner")
    job = _queue(owner)
    owner.is_active = False
    owner.save()
    run_one()
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "提交任务的账号已停用。")


def test_two_workers_never_claim_the_same_job(committed_db):
    owner = make.user("owner")
    first, second = _queue(owner), _queue(owner)
    claimed = []
    with transaction.atomic():
        claimed.append(claim_next().pk)
        # The other worker must not wait for the row that the first one still holds.
        _in_thread(lambda: claimed.append(claim_next().pk))
    assert claimed == [first.pk, second.pk]
    assert claim_next() is None


def _lose_twice(owner) -> Job:
    """A job whose worker was lost with it two times."""
    job = _queue(owner)
    past = timezone.now() - datetime.timedelta(seconds=1)
    for attempt in (1, 2):
        assert claim_next().attempt == attempt
        assert claim_next() is None
        Job.objects.filter(pk=job.pk).update(lease_until=past)
    assert claim_next() is None
    job.refresh_from_db()
    return job


def _inbox(owner) -> list[tuple[str, str]]:
    """What the owner has been told, in order of time, after a round of the ticker."""
    tell_due_slots(timezone.now)
    told = Delivery.objects.filter(recipient=owner, channel="inapp").order_by("slot__due_at")
    return [(delivery.slot.title, delivery.slot.body) for delivery in told.select_related("slot")]


def test_a_job_lost_with_its_worker_twice_is_set_aside(committed_db):
    make.organization("committee")
    owner = make.user("owner")
    job = _lose_twice(owner)
    reason = f"处理这项任务的后台进程连续两次中断，已停止重试，没有保存任何内容。请联系管理员，并告知任务编号 {job.number}。"
    assert (job.state, job.error, job.lease_until) == ("quarantined", reason, None)
    assert _inbox(owner) == [("测试任务：已搁置", reason)]
    assert not Delivery.objects.filter(channel="email").exists()


def test_the_administrator_lets_it_run_again(committed_db):
    make.organization("committee")
    owner, administrator = make.user("owner"), make.user("administrator", is_superuser=True)
    job = _lose_twice(owner)
    assert jobs.release(by=administrator, job=job) is True
    assert jobs.release(by=administrator, job=job) is False
    assert run_jobs() == 1
    job.refresh_from_db()
    # The attempt is a fencing token: it never falls, or a worker that was only asleep could end the row.
    assert (job.state, job.attempt, job.error) == ("done", 3, "")
    assert [title for title, _ in _inbox(owner)] == ["测试任务：已搁置", "测试任务：已完成"]


def test_the_administrator_ends_it_and_the_owner_reads_so(committed_db):
    make.organization("committee")
    owner, administrator = make.user("owner"), make.user("administrator", is_superuser=True)
    job = _lose_twice(owner)
    assert jobs.close(by=administrator, job=job) is True
    assert jobs.close(by=administrator, job=job) is False
    assert [title for title, _ in _inbox(owner)] == ["测试任务：已搁置", "测试任务：未完成"]


def test_a_job_is_cancelled_by_its_owner_and_decided_by_administrators_alone(committed_db):
    make.organization("committee")
    owner, other = make.user("owner"), make.user("other")
    waiting = _queue(owner)
    assert jobs.cancel(by=other, job=waiting) is False
    waiting.refresh_from_db()
    assert waiting.state == "queued"
    assert jobs.cancel(by=owner, job=waiting) is True
    lost = _lose_twice(owner)
    for decide in (jobs.release, jobs.close):
        assert decide(by=owner, job=lost) is False
        assert decide(by=other, job=lost) is False
    lost.refresh_from_db()
    assert lost.state == "quarantined"


def test_every_end_is_told_to_the_owner_with_or_without_a_member(committed_db):
    branch = make.organization(parent=make.organization("committee"))
    secretary, clerk = make.user("secretary", member=make.member(branch)), make.user("clerk")
    done, refused = _queue(secretary), _queue(clerk, "test.refuse")
    run_jobs()
    assert _inbox(secretary) == [("测试任务：已完成", "完成 3 项")]
    assert _inbox(clerk) == [("测试任务：未完成", "文件已失效，请重新上传。")]
    links = dict(Delivery.objects.values_list("recipient__username", "slot__link"))
    assert links == {
        "secretary": reverse("jobs:progress", args=[done.uid]),
        "clerk": reverse("jobs:progress", args=[refused.uid]),
    }


def test_a_job_that_takes_too_long_says_so(committed_db):
    class TimeIsUp(Exception):
        pass

    @jobs.job("test.endless")
    def endless(job, progress):
        raise TimeIsUp

    job = _queue(make.user("owner"), "test.endless")
    run_one(overtime=(TimeIsUp,))
    job.refresh_from_db()
    assert (job.state, job.error) == (
        "failed",
        "处理时间过长，已停止，没有保存任何内容；请减少内容后重新提交。",
    )


def test_a_worker_that_lost_its_lease_changes_nothing(committed_db):
    job = _queue(make.user("owner"))
    stale = claim_next()
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    assert claim_next().attempt == 2
    with pytest.raises(JobLost):
        jobs._run(
            stale, jobs.Progress(), jobs.Heartbeat(stale, jobs.Progress(), lease_seconds=120).__enter__()
        )
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("running", 2)
    assert not _kept(job)


def test_the_heartbeat_renews_writes_counts_and_notices_the_loss(committed_db):
    job = _queue(make.user("owner"))
    claimed = claim_next()
    progress = jobs.Progress()
    progress.start(10)
    progress.step(4)
    heartbeat = jobs.Heartbeat(claimed, progress, lease_seconds=500)
    heartbeat._beat()
    job.refresh_from_db()
    assert (job.done_count, job.total_count) == (4, 10)
    assert job.lease_until > claimed.lease_until
    jobs.cancel(by=job.owner, job=job)
    heartbeat._beat()
    with pytest.raises(JobLost):
        progress.step(5)


def test_two_unfinished_jobs_are_enough(world):
    _queue(world.secretary_a)
    _queue(world.secretary_a)
    with pytest.raises(JobQuotaExceeded, match="您已有 2 项任务未完成"):
        _queue(world.secretary_a)
    _queue(world.secretary_b)
    with pytest.raises(LookupError, match=r"no runner for 'x'; registered: \['test.break'"):
        _queue(world.secretary_b, "x")


def test_the_page_is_the_owners_alone(world, as_user):
    job = _queue(world.secretary_a)
    url = reverse("jobs:progress", args=[job.uid])
    page = as_user(world.secretary_a).get(url).content.decode()
    assert "排队中" in page
    assert 'hx-trigger="every 2s"' in page
    fragment = as_user(world.secretary_a).get(url, headers={"HX-Request": "true"}).content.decode()
    assert fragment.startswith('<div class="job"')
    for outsider in (world.officer_a, world.secretary_b, world.superuser):
        assert as_user(outsider).get(url).status_code == 404
        assert as_user(outsider).post(reverse("jobs:cancel", args=[job.uid])).status_code == 404


def test_cancelling_from_the_page(world, as_user):
    job = _queue(world.secretary_a)
    client = as_user(world.secretary_a)
    for _ in range(2):
        assert client.post(reverse("jobs:cancel", args=[job.uid])).url == reverse(
            "jobs:progress", args=[job.uid]
        )
    page = client.get(reverse("jobs:progress", args=[job.uid])).content.decode()
    assert "已取消" in page
    assert "hx-trigger" not in page
    assert "任务已取消，没有保存任何内容。" in page
    assert "任务已经结束，无法取消。" in page


def test_the_list_is_the_owners_alone_and_costs_the_same_however_long(world, as_user):
    for number in range(3):
        Job.objects.create(owner=world.secretary_a, kind="test.count", title=f"导出名册 {number}")
    Job.objects.create(owner=world.secretary_b, kind="test.count", title="别人的任务")
    client, url = as_user(world.secretary_a), reverse("jobs:own")
    page = client.get(url).content.decode()
    assert [f"导出名册 {number}" in page for number in range(3)] == [True] * 3
    assert "别人的任务" not in page
    assert f'href="{url}"' in client.get("/").content.decode()  # the user menu leads here
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    Job.objects.filter(title="导出名册 0").delete()
    Job.objects.filter(title="导出名册 1").delete()
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    assert len(one) == len(three)
    assert "还没有后台任务" in as_user(world.member_a).get(url).content.decode()
