"""Small changes of a program, such as a tired person makes: seventeen kinds.

A kind takes a node of the syntax tree and returns what might stand there instead. Whether the program is then wrong
at all is for the checks to say.
"""

import ast
import pickle


def parsed(text):
    return ast.parse(text, mode="eval").body


def is_call(node, name):
    return isinstance(node, ast.Call) and ast.unparse(node.func) == name


def is_operation(node, *operators):
    return isinstance(node, ast.BinOp) and isinstance(node.op, operators)


def factor_dropped(node):
    return [node.left, node.right] if is_operation(node, ast.Mult) else []


def term_dropped(node):
    return [node.left, node.right] if is_operation(node, ast.Add, ast.Sub) else []


def sign_turned(node):
    if is_operation(node, ast.Add, ast.Sub):
        return [ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)]
    negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    return [node.operand] if negative and not isinstance(node.operand, ast.Constant) else []


def is_transposed(node):
    return isinstance(node, ast.Attribute) and node.attr == "T"


def transpose_added(node):
    if not is_operation(node, ast.MatMult) or is_transposed(node.right):
        return []
    return [ast.BinOp(node.left, node.op, ast.Attribute(node.right, "T", ast.Load()))]


STEP_OFF = {"t": ["t - 1"], "t + 1": ["t"], "-1": ["-2"], "1:": [":-1"], ":-1": ["1:"], ":1": ["1:2"]}


def index_off(node):
    return other_index(node, STEP_OFF)


def always_one_step(node):
    return other_index(node, {"t": ["0", "-1"], "t + 1": ["0", "-1"], "-1": ["0"]})


def other_index(node, table):
    if not isinstance(node, ast.Subscript):
        return []
    return [parsed(f"{ast.unparse(node.value)}[{other}]") for other in table.get(ast.unparse(node.slice), [])]


def not_added_up(node):
    if not isinstance(node, ast.AugAssign):
        return []
    return [ast.Assign([node.target], node.value, lineno=node.lineno)]


def mean_for_sum(node):
    return (
        [ast.Attribute(node.value, "mean", node.ctx)] if isinstance(node, ast.Attribute) and node.attr == "sum" else []
    )


def other_axis(node):
    table = {"0": ["1"], "-1": ["0", "1"]}
    if not isinstance(node, ast.keyword) or node.arg != "axis":
        return []
    return [ast.keyword("axis", parsed(other)) for other in table.get(ast.unparse(node.value), [])]


def mask_ignored(node):
    if is_call(node, "np.where"):
        return [node.args[1]]
    is_mask = isinstance(node, ast.Name) and node.id in ("source_real", "target_real")
    return [parsed(f"np.ones_like({node.id})")] if is_mask else []


def repetitions_lost(node):
    if not isinstance(node, ast.Expr) or not is_call(node.value, "np.add.at"):
        return []
    array, index, values = map(ast.unparse, node.value.args)
    return ast.parse(f"{array}[{index}] += {values}").body


def other_logarithm(node):
    return [parsed("np.log2")] if ast.unparse(node) == "np.log" else []


def other_start(node):
    return [ast.Constant(0)] if isinstance(node, ast.Name) and node.id == "BOS" else []


def walked_forwards(node):
    return node.args if is_call(node, "reversed") else []


TWINS = {
    "encoder_hs": "decoder_hs",
    "decoder_hs": "encoder_hs",
    "da": "dh",
    "dh": "da",
    "h_t": "hs[t]",
    "source": "target",
    "target": "source",
}


def twin_taken(node):
    known = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in TWINS
    return [parsed(TWINS[node.id])] if known else []


def answer_leaked(node):
    return [parsed("target[:1]")] if isinstance(node, ast.Name) and ast.unparse(node) == "first" else []


def other_network(node):
    table = {"encoder": "decoder", "decoder": "encoder"}
    return [ast.Constant(table[node.value])] if isinstance(node, ast.Constant) and node.value in table else []


KINDS = [
    factor_dropped,
    term_dropped,
    sign_turned,
    transpose_added,
    index_off,
    always_one_step,
    not_added_up,
    mean_for_sum,
    other_axis,
    mask_ignored,
    repetitions_lost,
    other_logarithm,
    other_start,
    walked_forwards,
    twin_taken,
    answer_leaked,
    other_network,
]


def mutants(tree, spared=()):
    """(kind, tree with one change) for each place and each kind; functions that are spared stay as they are."""
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef) or function.name in spared:
            continue
        for number, node in enumerate(ast.walk(function)):
            for kind in KINDS:
                for other in kind(node):
                    yield kind.__name__, with_other(tree, function.name, number, other)


def with_other(tree, name, number, other):
    (function,) = (node for node in tree.body if getattr(node, "name", "") == name)
    changed = copied(function)
    place = list(ast.walk(changed))[number]
    changed = ast.fix_missing_locations(Put(place, copied(other)).visit(changed))
    return ast.Module([changed if node is function else node for node in tree.body], tree.type_ignores)


def copied(tree):
    """As copy.deepcopy does it, in a third of the time."""
    return pickle.loads(pickle.dumps(tree))


class Put(ast.NodeTransformer):
    def __init__(self, place, other):
        self.place, self.other = place, other

    def visit(self, node):
        return self.other if node is self.place else self.generic_visit(node)
