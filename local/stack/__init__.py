"""Runs template.yaml on one machine: no Docker, no AWS account. `Stack` is the way in (docs/architecture.md)."""
