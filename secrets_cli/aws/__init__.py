"""The only room that makes SDK sessions and clients, and that turns the SDK's errors into ours.

Each service has one module with one small class of typed calls (`parameters.ParameterStore`, `keys.KeyService`): frozen
values in, frozen values out, every list paged to its end, every failure one of `secrets_cli.errors.AwsFailure`. No
exception of the SDK leaves this room, and none that may quote a value is chained to one that does.
"""
