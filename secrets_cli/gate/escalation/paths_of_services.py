"""Paths through services that run code: with a role that is passed to them, or with the role they already have."""

from secrets_cli.gate.escalation import target as on
from secrets_cli.gate.escalation.path import End, Need, Path
from secrets_cli.severity import Severity

_PASS = Need("iam:PassRole", on.ROLE)


def _passed(id: str, how: str, service: str, *needs: Need, also: tuple[str, ...] = ()) -> Path:
    return Path(id, End.PASSED, how, (_PASS, *needs), f"{service}.amazonaws.com", also)


def _existing(id: str, how: str, *needs: Need, also: tuple[str, ...] = ()) -> Path:
    return Path(id, End.EXISTING, how, needs, also=also, severity=Severity.MEDIUM)


_CREATE_FUNCTION = Need("lambda:CreateFunction", on.NEW_FUNCTION)
_RUN_INSTANCES = (Need("ec2:RunInstances", on.NEW_INSTANCE), Need("ec2:RunInstances", on.IMAGE))
_REGISTER = Need("ecs:RegisterTaskDefinition", on.TASK_DEFINITION)
_CREATE_CLUSTER = Need("ecs:CreateCluster", on.CLUSTER)
_CREATE_SERVICE = Need("ecs:CreateService", on.SERVICE)
_CREATE_PROJECT = Need("codebuild:CreateProject", on.NEW_PROJECT)
_CREATE_JOB = Need("glue:CreateJob", on.JOB)
_UPDATE_JOB = Need("glue:UpdateJob", on.JOB)
_START_JOB = Need("glue:StartJobRun", on.JOB)
_CREATE_TRIGGER = Need("glue:CreateTrigger", on.TRIGGER)

PASSES_A_ROLE = (
    _passed(
        "lambda-001",
        "make a function with a role, invoke it",
        "lambda",
        _CREATE_FUNCTION,
        Need("lambda:InvokeFunction", on.NEW_FUNCTION),
        also=("Rhino 15",),
    ),
    _passed(
        "lambda-002",
        "make a function with a role, have an event source invoke it",
        "lambda",
        _CREATE_FUNCTION,
        Need("lambda:CreateEventSourceMapping", on.NOTHING),
        also=("Rhino 17",),
    ),
    _passed(
        "lambda-006",
        "make a function with a role, let another account invoke it",
        "lambda",
        _CREATE_FUNCTION,
        Need("lambda:AddPermission", on.NEW_FUNCTION),
        also=("Rhino 16",),
    ),
    _passed(
        "ec2-001",
        "start an instance with a role, and user data that uses it",
        "ec2",
        *_RUN_INSTANCES,
        also=("Rhino 3",),
    ),
    _passed(
        "ec2-003",
        "request a spot instance with a role, and user data that uses it",
        "ec2",
        Need("ec2:RequestSpotInstances", on.SPOT_REQUEST),
    ),
    _passed(
        "ecs-001",
        "make a cluster, a task definition with a role, and a service that runs it",
        "ecs-tasks",
        _CREATE_CLUSTER,
        _REGISTER,
        _CREATE_SERVICE,
    ),
    _passed(
        "ecs-002",
        "make a cluster and a task definition with a role, run it",
        "ecs-tasks",
        _CREATE_CLUSTER,
        _REGISTER,
        Need("ecs:RunTask", on.TASK_DEFINITION),
    ),
    _passed(
        "ecs-003",
        "make a task definition with a role, and a service that runs it",
        "ecs-tasks",
        _REGISTER,
        _CREATE_SERVICE,
    ),
    _passed(
        "ecs-004",
        "make a task definition with a role, run it",
        "ecs-tasks",
        _REGISTER,
        Need("ecs:RunTask", on.TASK_DEFINITION),
    ),
    _passed(
        "ecs-005",
        "make a task definition with a role, start it on a container instance",
        "ecs-tasks",
        _REGISTER,
        Need("ecs:StartTask", on.TASK_DEFINITION),
    ),
    _passed(
        "glue-001",
        "make a development endpoint with a role, log in to it",
        "glue",
        Need("glue:CreateDevEndpoint", on.NOTHING),
        also=("Rhino 19",),
    ),
    _passed("glue-003", "make a Glue job with a role, start it", "glue", _CREATE_JOB, _START_JOB),
    _passed(
        "glue-004", "make a Glue job with a role, and a trigger that starts it", "glue", _CREATE_JOB, _CREATE_TRIGGER
    ),
    _passed("glue-005", "give a Glue job another role and script, start it", "glue", _UPDATE_JOB, _START_JOB),
    _passed(
        "glue-006",
        "give a Glue job another role and script, and a trigger that starts it",
        "glue",
        _UPDATE_JOB,
        _CREATE_TRIGGER,
    ),
    _passed(
        "cloudformation-001",
        "make a stack that CloudFormation creates with a role",
        "cloudformation",
        Need("cloudformation:CreateStack", on.NEW_STACK),
        also=("Rhino 21",),
    ),
    _passed(
        "cloudformation-003",
        "make a stack set with a role, and instances of it",
        "cloudformation",
        Need("cloudformation:CreateStackSet", on.NOTHING),
        Need("cloudformation:CreateStackInstances", on.NEW_STACK_SET),
    ),
    _passed(
        "cloudformation-004",
        "give a stack set a template of its own, and a role",
        "cloudformation",
        Need("cloudformation:UpdateStackSet", on.NEW_STACK_SET),
    ),
    _passed(
        "codebuild-001",
        "make a build project with a role, build it",
        "codebuild",
        _CREATE_PROJECT,
        Need("codebuild:StartBuild", on.NEW_PROJECT),
    ),
    _passed(
        "codebuild-004",
        "make a build project with a role, build it as a batch",
        "codebuild",
        _CREATE_PROJECT,
        Need("codebuild:StartBuildBatch", on.NEW_PROJECT),
    ),
    _passed(
        "datapipeline-001",
        "make a pipeline with a role, activate it",
        "datapipeline",
        Need("datapipeline:CreatePipeline", on.NOTHING),
        Need("datapipeline:PutPipelineDefinition", on.PIPELINE),
        Need("datapipeline:ActivatePipeline", on.PIPELINE),
        also=("Rhino 22",),
    ),
    _passed(
        "sagemaker-001",
        "make a notebook instance with a role, open it",
        "sagemaker",
        Need("sagemaker:CreateNotebookInstance", on.NEW_NOTEBOOK),
        also=("Rhino 27",),
    ),
    _passed(
        "sagemaker-002",
        "start a training job with a role, in a container of its own",
        "sagemaker",
        Need("sagemaker:CreateTrainingJob", on.TRAINING_JOB),
    ),
    _passed(
        "sagemaker-003",
        "start a processing job with a role, in a container of its own",
        "sagemaker",
        Need("sagemaker:CreateProcessingJob", on.PROCESSING_JOB),
    ),
    _passed(
        "apprunner-001",
        "make an App Runner service with a role",
        "tasks.apprunner",
        Need("apprunner:CreateService", on.NEW_APP_RUNNER),
    ),
    _passed(
        "bedrock-001",
        "make a code interpreter with a role, run code in it",
        "bedrock-agentcore",
        Need("bedrock-agentcore:CreateCodeInterpreter", on.NOTHING),
        Need("bedrock-agentcore:StartCodeInterpreterSession", on.NEW_INTERPRETER),
        Need("bedrock-agentcore:InvokeCodeInterpreter", on.NEW_INTERPRETER),
    ),
    _passed(
        "own-10",
        "make a state machine with a role that calls any API, start it",
        "states",
        Need("states:CreateStateMachine", on.STATE_MACHINE),
        Need("states:StartExecution", on.STATE_MACHINE),
    ),
    _passed(
        "own-11",
        "make a schedule with a role that calls any API",
        "scheduler",
        Need("scheduler:CreateSchedule", on.SCHEDULE),
    ),
)

USES_EXISTING_ROLES = (
    _existing(
        "lambda-003",
        "replace the code of a function",
        Need("lambda:UpdateFunctionCode", on.FUNCTION),
        also=("Rhino 18",),
    ),
    _existing(
        "lambda-004",
        "replace the code of a function, invoke it",
        Need("lambda:UpdateFunctionCode", on.FUNCTION),
        Need("lambda:InvokeFunction", on.FUNCTION),
    ),
    _existing(
        "lambda-005",
        "replace the code of a function, let another account invoke it",
        Need("lambda:UpdateFunctionCode", on.FUNCTION),
        Need("lambda:AddPermission", on.FUNCTION),
    ),
    _existing(
        "own-12",
        "add a layer with its own code to a function",
        Need("lambda:UpdateFunctionConfiguration", on.FUNCTION),
        also=("Rhino 26",),
    ),
    _existing("ssm-001", "open a shell on an instance", Need("ssm:StartSession", on.INSTANCE)),
    _existing(
        "ssm-002",
        "run a command on an instance",
        Need("ssm:SendCommand", on.INSTANCE),
        Need("ssm:SendCommand", on.SHELL_DOCUMENT),
    ),
    _existing(
        "ec2instanceconnect-003",
        "push an SSH key to an instance",
        Need("ec2-instance-connect:SendSSHPublicKey", on.INSTANCE),
    ),
    _existing(
        "ec2-002",
        "stop an instance, replace its user data, start it",
        Need("ec2:ModifyInstanceAttribute", on.INSTANCE),
        Need("ec2:StopInstances", on.INSTANCE),
        Need("ec2:StartInstances", on.INSTANCE),
    ),
    _existing(
        "ec2-004",
        "make a default version of a launch template with its own user data",
        Need("ec2:CreateLaunchTemplateVersion", on.LAUNCH_TEMPLATE),
        Need("ec2:ModifyLaunchTemplate", on.LAUNCH_TEMPLATE),
    ),
    _existing(
        "own-13",
        "open a shell in a container of a task",
        Need("ecs:ExecuteCommand", on.TASK),
        Need("ecs:ExecuteCommand", on.CLUSTER),
    ),
    _existing(
        "apprunner-002", "replace the image of an App Runner service", Need("apprunner:UpdateService", on.APP_RUNNER)
    ),
    _existing(
        "bedrock-002",
        "run code in a code interpreter",
        Need("bedrock-agentcore:StartCodeInterpreterSession", on.INTERPRETER),
        Need("bedrock-agentcore:InvokeCodeInterpreter", on.INTERPRETER),
    ),
    _existing(
        "cloudformation-002",
        "replace the template of a stack that has a service role",
        Need("cloudformation:UpdateStack", on.STACK),
    ),
    _existing(
        "cloudformation-005",
        "replace the template of a stack that has a service role by a change set",
        Need("cloudformation:CreateChangeSet", on.STACK),
        Need("cloudformation:ExecuteChangeSet", on.STACK),
    ),
    _existing(
        "codebuild-002",
        "build a project with a build specification of its own",
        Need("codebuild:StartBuild", on.PROJECT),
    ),
    _existing(
        "codebuild-003",
        "build a project as a batch with a build specification of its own",
        Need("codebuild:StartBuildBatch", on.PROJECT),
    ),
    _existing(
        "glue-002",
        "put an SSH key on a development endpoint",
        Need("glue:UpdateDevEndpoint", on.DEV_ENDPOINT),
        also=("Rhino 20",),
    ),
    _existing(
        "sagemaker-004",
        "open a notebook instance",
        Need("sagemaker:CreatePresignedNotebookInstanceUrl", on.NOTEBOOK),
        also=("Rhino 28",),
    ),
    _existing(
        "sagemaker-005",
        "have a notebook instance run a script when it starts",
        Need("sagemaker:CreateNotebookInstanceLifecycleConfig", on.NOTEBOOK_START),
        Need("sagemaker:StopNotebookInstance", on.NOTEBOOK),
        Need("sagemaker:UpdateNotebookInstance", on.NOTEBOOK),
        Need("sagemaker:StartNotebookInstance", on.NOTEBOOK),
    ),
)
