"""Measurements behind docs/performance.md: each prints figures of one run and their ratio, none is a test."""
