"""Which characters of a line of somebody's file must not be shown, as they may be a secret's value.

A code frame repeats lines of a file that may hold secrets beside the policies: environment variables of functions,
defaults of parameters. Only values that belong to the language of policies are shown: behind a key of that language, or
of the shape of an action or an ARN where a line has no key. A key that could be the name of an environment variable is
shown, its value is not: that hides too much rather than too little.

The shape of a line is all that is looked at, as the frame shows single lines: JSON, YAML and HCL are read alike. Only for a
value that goes on over lines (a block scalar of YAML, a heredoc of HCL) the lines before are asked.
"""

import re
from collections.abc import Iterator, Sequence

_WORDS = """
    Version Id Statement Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition AWS Service
    Federated CanonicalUser Bool Null StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase
    StringLike StringNotLike ArnEquals ArnNotEquals ArnLike ArnNotLike IpAddress NotIpAddress DateLessThan
    DateLessThanEquals DateGreaterThan DateGreaterThanEquals NumericLessThanEquals NumericGreaterThanEquals
    Ref Type Policies PolicyName PolicyDocument AssumeRolePolicyDocument ManagedPolicyArns ManagedPolicyArn
    PermissionsBoundary RoleName PolicyArn KeyPolicy Runtime Handler Path Method Auth AuthType AuthorizationType
    AllowOrigin AllowOrigins Role DependsOn BucketName TableName FunctionName LogGroupName QueueName
    iam role statements iamRoleStatements managedPolicies provider runtime handler http httpApi path method cors
    authorizer private functions events origin origins allowedOrigins frameworkVersion stage region service
    actions not_actions resources not_resources effect sid principals not_principals identifiers test variable values
    policy policy_arn policy_arns assume_role_policy managed_policy_arns permissions_boundary policy_id
    manage_roles role_name role_arn attach_policy assume_policy extra_permissions apigateway_enabled cors_allow_origin
    api_key_required iam_authorization python_requires
"""
"""Of policies, CloudFormation and SAM, serverless.yml, Terraform and Zappa's settings, in this order."""
_SHOWN_KEYS = frozenset(_WORDS.split())
_LANGUAGE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9./-]*::?[A-Za-z][A-Za-z0-9_./{}$-]*")
"""`aws:SourceArn`, `token.actions.githubusercontent.com:sub`, `ForAnyValue:StringLike`, `Fn::Sub`: no name of a variable holds
a colon (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html)."""
_NOTHING = re.compile(r"(?:[\s,\[\]{}()]|-(?=\s)|\?(?=\s))+")
_OPENS = re.compile(r"\s*[\[{(]")
_KEY = re.compile(
    r"""(?:"(?P<double>[^"\\]*)"|'(?P<single>[^']*)')\s*(?::|=>?(?!=))    # a quoted key
      | (?P<yaml>[^\s"'{}\[\],=\#]+?)\s*:(?=\s|$|["'\[{])               # YAML wants a space behind the colon of a bare one
      | (?P<hcl>[A-Za-z_][A-Za-z0-9_-]*)\s*=>?(?!=)(?=\s*\S)              # HCL a value behind the sign: base64 may end in one
    """,
    re.VERBOSE,
)
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""")
_BARE = re.compile(r"""(?:(?!\s\#)[^,\[\]{}"'])+""")
_LITERAL = re.compile(r"(?:-?[0-9][0-9.eE+-]*|true|false|null)(?=\s*[,}\]])")
_TO_THE_END = re.compile(r".+", re.DOTALL)
_HARMLESS = re.compile(
    r"""\*|true|false|null|\d{12}
      | [a-z][a-z0-9-]*:(?:[A-Z*?][A-Za-z0-9*?]*)                       # an action or a pattern of actions
      | arn:[A-Za-z0-9$\{\}*?-]*:[A-Za-z0-9$\{\}*?-]*:[^\s"']*          # an ARN
      | !(?:Ref|GetAtt|ImportValue)\s+[A-Za-z0-9.:]+                    # an intrinsic that names something
      | !(?:Sub|Join|If|FindInMap|Select|Split)
    """,
    re.VERBOSE,
)
_NO_SECRETS = frozenset({"*", "true", "false", "null"})
"""Values that are none behind any key."""
_HCL_BLOCK = re.compile(r'\s*[a-z_]+(?:\s+"[A-Za-z0-9_.-]+")*\s*\{\s*\}?\s*')
_OURS = re.compile(r"#\s*secrets-cli:\s*ignore\[")


_BLOCK = re.compile(
    r"""\s*(?:-\s+)*["']?(?P<key>[^\s"']+?)["']?\s*:\s+(?:[!&]\S+\s+)*[|>][+-]?[0-9]?[+-]?\s*(?:\#.*)?"""
)
_HEREDOC = re.compile(r"""\s*["']?(?P<key>[^\s"']+?)["']?\s*[=:]\s*<<[-~]?(?P<end>\w+)\s*""")


def covered_lines(lines: Sequence[str]) -> frozenset[int]:
    """The indexes of the lines that are inside the value of a key whose value is not shown: nothing of them may be shown."""
    covered: set[int] = set()
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if "|" not in line and ">" not in line and "<<" not in line:
            continue
        if opened := _BLOCK.fullmatch(line):
            end = _end_of_block(lines, index, _indent(line))
        elif opened := _HEREDOC.fullmatch(line):
            end = next((at for at in range(index, len(lines)) if lines[at].strip() == opened["end"]), len(lines))
        else:
            continue
        if not _is_shown(opened["key"]):
            covered.update(range(index, end))
            index = end
    return frozenset(covered)


def _end_of_block(lines: Sequence[str], start: int, indent: int) -> int:
    return next(
        (at for at in range(start, len(lines)) if lines[at].strip() and _indent(lines[at]) <= indent), len(lines)
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def hidden_spans(line: str, all_values: bool = False) -> tuple[tuple[int, int], ...]:
    """The spans (start, end) of a line that must not be shown, from left to right, not overlapping.

    `all_values`: the line is known to hold a secret, so that no value on it is shown, whatever its key.
    """
    if not all_values and _HCL_BLOCK.fullmatch(line):
        return ()
    return tuple(_spans(line, all_values))


def _spans(line: str, all_values: bool) -> Iterator[tuple[int, int]]:
    keyed = shown = False
    at = 0
    while at < len(line):
        if between := _NOTHING.match(line, at):
            at = between.end()
        elif line[at] == "#" and not line[:at][-1:].strip():
            if all_values or not _OURS.match(line, at):
                yield at, len(line)
            return
        elif key := _KEY.match(line, at):
            keyed = True
            shown = not all_values and _is_shown(key[key.lastgroup or 0])
            at = key.end()
            if not shown and not _OPENS.match(line, at):
                # INVARIANT: what stands behind an unknown key is a value even where it looks like a key, as `abc=` does.
                at += len(line[at:]) - len(line[at:].lstrip())
                start, at = _value(line, at, known=False)
                if start < at and (all_values or line[start:at].strip().strip("\"'") not in _NO_SECRETS):
                    yield start, at
        else:
            start, at = _value(line, at, known=not keyed or shown)
            if all_values or not (shown or (not keyed and _is_harmless(line[start:at]))):
                yield start, at


def _value(line: str, at: int, known: bool) -> tuple[int, int]:
    """The span of the value that begins here. A bare one behind an unknown key may hold anything: it goes to the end."""
    bare = _BARE if known else _LITERAL
    value = _QUOTED.match(line, at) or bare.match(line, at) or _TO_THE_END.match(line, at)
    return value.span() if value else (len(line), len(line))


def _is_harmless(value: str) -> bool:
    return _HARMLESS.fullmatch(value.strip().strip("\"'")) is not None


def _is_shown(key: str) -> bool:
    return key in _SHOWN_KEYS or _LANGUAGE_KEY.fullmatch(key) is not None
