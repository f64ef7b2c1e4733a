"""The demo on an emulated AWS: real commands, a really deployed app, everything stopped and removed at its end.

`demo.run_demo` is the entry. What happens is told by `secret_steps`, `zappa_steps` and `plain_steps`, which know nothing of
processes; `processes` and `emulator` start and stop them. `launch.py` runs in the emulator's own environment.
"""
