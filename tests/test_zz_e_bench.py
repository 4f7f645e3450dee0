import time as T
import pytest
from flask import Flask
from sqlalchemy import insert, select
from tests.bench.van_crowd import fill_van
from zna_network.extensions import db
from zna_network.models.booking import *
from zna_network.services.van import coverage as C, coverage_map, whereabouts as W, territory_shapes
from tests.statements import counted_statements

def test_it(app: Flask, ctx):
    fill_van(db.session())
    ids=list(db.session.scalars(select(Stop.id).where(Stop.was_done.is_(True))))
    db.session.execute(insert(StopCount),[{"stop_id":i,"target_group":g,"people":3} for i in ids for g in ("youth","seniors","")])
    db.session.commit()
    territory_shapes.shapes()
    for f in (lambda: coverage_map.draw(C.coverage(ctx)), lambda: coverage_map.draw(C.coverage(ctx,"2026")), lambda: W.whereabouts(ctx), lambda: W.whereabouts(ctx,"62004")):
        for _ in range(3):
            db.session.rollback(); db.session.expunge_all()
            t=T.process_time(); w=T.perf_counter(); f(); print(round(1000*(T.process_time()-t)), round(1000*(T.perf_counter()-w)),"ms", end="; ")
        print()
    with counted_statements() as st:
        C.coverage(ctx)
    c=db.session.connection().connection.cursor()
    for s in st: print(s[:200].replace("\n"," "))
    print(len(ids))
