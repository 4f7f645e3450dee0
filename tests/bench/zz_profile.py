import cProfile, pstats, time, os
import pytest
from tests.bench.convening import *
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", CommitteeKind)
def test_profile(app, engine_name, kind):
    limiter.enabled = False
    meeting_id = make_crowd(kind)
    agent = Browser(app).sign_in(make_user(db.session(), Role.AGENT)).client
    db.session.remove()
    ContextVariables().run(agent.get, f"/instances/reunions/{meeting_id}/convocations")
    pr=cProfile.Profile(); c=time.process_time(); w=time.perf_counter(); 
    if os.environ.get("PROF"): pr.enable()
    answer = ContextVariables().run(agent.post, f"/instances/reunions/{meeting_id}/convocations/envoyer")
    if os.environ.get("PROF"): pr.disable()
    print("\nCONVENED", kind, "cpu", time.process_time()-c, "wall", time.perf_counter()-w)
    if os.environ.get("PROF"): pstats.Stats(pr).sort_stats("cumtime").print_stats(70)
    if os.environ.get("DRAIN"):
     with running_smtp_server() as server:
        mailer = SmtpMailer(server.url)
        ctx = system_context(app)
        ctx = replace(ctx, ports=replace(ctx.ports, mailer=mailer))
        pr=cProfile.Profile(); 
        c=time.process_time(); w=time.perf_counter(); 
        t=time.thread_time()
        if os.environ.get("PROF"): pr.enable()
        report = delivery.deliver_due(ctx, "bench")
        if os.environ.get("PROF"): pr.disable()
        print("DRAINED cpu", time.process_time()-c, "thread", time.thread_time()-t, "wall", time.perf_counter()-w)
        mailer.close()
        if os.environ.get("PROF"): pstats.Stats(pr).sort_stats("cumtime").print_stats(45)
