"""What runs by itself: housekeeping jobs of the worker (`manage.py procrastinate worker`)."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app

from mapping.accounts.ratelimit import forget_old_windows

KEEP_WINDOWS = timedelta(days=2)
KEEP_JOBS_HOURS = 72


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="forget_rates", pass_context=False)
def forget_rates(timestamp: int) -> int:
    """Delete counts of rate limits that ended long ago; how many went."""
    return forget_old_windows(timezone.now() - KEEP_WINDOWS)


@app.periodic(cron="37 18 * * *")
@app.task(queueing_lock="clear_sessions")
def clear_sessions(timestamp: int) -> None:
    """Delete sessions that ended."""
    call_command("clearsessions")


@app.periodic(cron="47 18 * * *")
@app.task(queueing_lock="forget_jobs", pass_context=True)
async def forget_jobs(context: object, timestamp: int) -> None:
    """Delete the records of jobs that finished days ago."""
    await app.job_manager.delete_old_jobs(nb_hours=KEEP_JOBS_HOURS, include_failed=False)
