"""The walk-through that a stranger runs first: a Zappa app, its logs, and its role narrowed.

`walkthrough.run_demo` is the entry; `logs.write_demo_logs` makes the CloudTrail files that it reads.
"""
