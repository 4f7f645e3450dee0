"""Who is invited to a trip: the association's list, and the page behind a mail's link."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.conftest import system_context
