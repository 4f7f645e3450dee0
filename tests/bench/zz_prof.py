import time, statistics, cProfile,pstats
from tests.bench.directory_search import fill, PAGES
from tests.conftest import *
from tests.factories.accounts import make_user
from tests.page_checks import Browser
from sqlalchemy import event
def test_p(app, engine_name):
    s=db.session()
    fill(s)
    br=Browser(app).sign_in(make_user(s)); db.session.remove()
    log=[]
    def b(conn,cur,st,*a): conn.info['t']=time.thread_time()
    def a(conn,cur,st,*r): log.append(((time.thread_time()-conn.info['t'])*1000,st[:70].replace('\n',' ')))
    event.listen(db.engine,'before_cursor_execute',b); event.listen(db.engine,'after_cursor_execute',a)
    for n,u in PAGES.items():
        best=1e9;bc=1e9
        for i in range(8):
            log.clear(); t=time.perf_counter(); c=time.thread_time()
            br.client.get(u)
            best=min(best,(time.perf_counter()-t)*1000); bc=min(bc,(time.thread_time()-c)*1000)
        print(engine_name,n,'best',round(best,1),'cpu',round(bc,1), 'sql',len(log), round(sum(x[0] for x in log),1))
        if n in('everything','list'):
            for l in log: print('     ',round(l[0],1),l[1])
    if engine_name=='sqlite':
        pr=cProfile.Profile(); pr.enable()
        for i in range(5): br.client.get('/annuaire?q=insertion')
        pr.disable(); pstats.Stats(pr).sort_stats('cumtime').print_stats(45)
