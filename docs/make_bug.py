"""Fresh bugs to grade with: a file for each student, one wrong line in each, and a key for the teacher.

    python docs/make_bug.py --seed 7 --students 30 --to build/bugs
    python docs/make_bug.py --check a_file.py another.py

Each file is docs/bugs/plain_seq2seq.py in another wording, with one small change. A change is handed out if one of the
checks in docs/bugs/checks.py finds it, and if it is none of the bugs in broken.py, tutorial.py and lesson_03.py of
seq2seq_lib/exercises. The same seed makes the same files, so keep it to yourself.
"""

import argparse
import ast
import re
import types
import zlib
from collections import Counter
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from bugs import checks
from bugs.mutations import copied, mutants

from seq2seq_lib import Seq2Seq
from seq2seq_lib.batch import Batch
from seq2seq_lib.exercises.broken import BUGS, Stepwise, with_bug
from seq2seq_lib.exercises.lesson_03 import check_rnn_backward_step
from seq2seq_lib.exercises.tutorial import FROZEN, Tutorial

PLAIN = Path(__file__).parent / "bugs" / "plain_seq2seq.py"
SPARED = ("new_params", "part")  # a wrong start has other symptoms
NAMES = {
    "hs": ["hs", "states"],
    "da": ["da", "da_t", "d_sum"],
    "dhs": ["dhs", "from_outside"],
    "exps": ["exps", "e"],
    "share": ["share", "weight"],
    "said": ["said", "answers"],
}


@dataclass
class Bug:
    kind: str
    line: int
    wrong: str
    right: str
    found_by: dict  # {name of a check: its error}
    text: str  # of the whole file


def bugs(seed):
    """The bugs that this seed draws, without end: each once, in another wording when they come again."""
    tree = ast.parse(PLAIN.read_text(encoding="utf-8"))
    spread, known = shuffled(mutants(tree, SPARED), np.random.default_rng(seed)), shown_in_lessons()
    for number, (kind, mutant) in enumerate(cycle(spread)):
        wording = draw(seed, number)
        bug = compared(kind, worded(tree, wording), worded(mutant, wording))
        if bug.found_by and not is_one_of(known, bug.text):
            yield bug


def shuffled(found, rng):
    """In an order of chance, in which every kind comes before any kind comes again."""
    found, seen, places = list(found), Counter(), []
    for place in rng.permutation(len(found)):
        kind = found[place][0]
        places.append((seen[kind], rng.random(), place))
        seen[kind] += 1
    return [found[place] for *_, place in sorted(places)]


def compared(kind, right, wrong):
    """The line that makes the difference, and the checks that see it."""
    rights, wrongs = right.splitlines(), wrong.splitlines()
    lines = [number for number, (one, other) in enumerate(zip(rights, wrongs)) if one != other]
    if len(rights) != len(wrongs) or len(lines) != 1:
        return Bug(kind, 0, "", "", {}, wrong)
    errors = checks.errors_of(module(wrong))
    found_by = {name: errors[name] for name in checks.found(errors)}
    return Bug(kind, lines[0] + 1, wrongs[lines[0]].strip(), rights[lines[0]].strip(), found_by, wrong)


def module(text):
    made = types.ModuleType("seq2seq")
    exec(compile(text, "seq2seq.py", "exec"), made.__dict__)
    return made


def worded(tree, wording):
    """The text of the program: factors, terms and names as chance has them, so that no two files are alike."""
    text = ast.unparse(Commuted(wording).visit(copied(tree)))
    for name, others in NAMES.items():
        text = re.sub(rf"\b{name}\b", others[draw(wording, name) % len(others)], text)
    return re.sub(r"\n\n(?=def )", "\n\n\n", text) + "\n"


def draw(*parts):
    return zlib.crc32("/".join(map(str, parts)).encode())


class Commuted(ast.NodeTransformer):
    def __init__(self, wording):
        self.wording = wording

    def visit_BinOp(self, node):
        self.generic_visit(node)
        place = node.lineno, node.col_offset, node.end_col_offset
        may_turn = isinstance(node.op, (ast.Add, ast.Mult)) and not isinstance(node.right, ast.Constant)
        return ast.BinOp(node.right, node.op, node.left) if may_turn and draw(self.wording, *place) % 2 else node


def shown_in_lessons():
    """The gradients that the bugs of the students' files give for the problem of the checks."""
    params, (source, source_mask, target, target_mask) = checks.problem(module(PLAIN.read_text(encoding="utf-8")))
    batch = Batch.of_arrays(source, target).replaced(source_mask=source_mask, target_mask=target_mask)
    sizes = checks.SOURCE_SYMBOLS, checks.HIDDEN, checks.TARGET_SYMBOLS
    model, frozen = Seq2Seq(*sizes, loss="cross_entropy"), Tutorial(*sizes, faults=[FROZEN], loss="cross_entropy")
    for name in params:
        model.params[name] = frozen.params[name] = params[name]
    broken = [with_bug(model, bug) for bug in (*BUGS.values(), *wrong_steps())]
    return [some.loss_and_grads(batch)[1] for some in (*broken, frozen)]


def wrong_steps():
    """The wrong answers of lesson 03 that a whole network can be made of, as its bugs."""
    for wrong in check_rnn_backward_step.wrong:
        if wrong.__name__ != "bias_of_each":  # its gradient has no shape that a model could take

            def backward_step(self, dh_t, x_t, h_prev, h_t, wrong=wrong):
                return wrong(dh_t, x_t, h_prev, h_t, self.params["W_xh"], self.params["W_hh"])

            yield type(wrong.__name__, (Stepwise,), {"backward_step": backward_step})


def gradients(text):
    made = module(text)
    params, batch = checks.problem(made)
    return made.loss_and_grads(params, *batch)[1]


def is_one_of(known, text):
    grads = gradients(text)
    return any(same(grads, other) for other in known)


def same(grads, others):
    """The gradients of two programs, {name: array}: do they agree in every parameter?"""
    return all(checks.difference(grads[name], others[name]) < checks.FOUND for name in grads)


def key(handed_out, seed):
    rows = ["| file | line | wrong | right | kind | found by |", "| --- | --- | --- | --- | --- | --- |"]
    for name, bug in handed_out.items():
        found_by = ", ".join(f"{check} ({error:.0e})" for check, error in bug.found_by.items())
        rows.append(f"| {name} | {bug.line} | `{bug.wrong}` | `{bug.right}` | {bug.kind} | {found_by} |")
    return f"# Key, seed {seed}: not for students\n\n" + "\n".join(rows) + "\n"


def write(folder, seed, students):
    made = {f"seq2seq_{n:02}.py": bug for n, bug in enumerate(islice(bugs(seed), students), start=1)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, bug in made.items():
        (folder / name).write_text(bug.text, encoding="utf-8")
    (folder / "teacher_key.md").write_text(key(made, seed), encoding="utf-8")
    print(f"{len(made)} files in {folder}, and teacher_key.md, which stays with you")


def check(path):
    """Run the six checks on what a student has mended."""
    errors = checks.errors_of(module(path.read_text(encoding="utf-8")))
    found = ", ".join(f"{name} ({errors[name]:.0e})" for name in checks.found(errors))
    print(f"{path}: {f'found by {found}' if found else 'passes all checks' if errors else 'breaks down'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, help="what decides which bugs they are")
    parser.add_argument("--students", type=int, default=1, help="how many files")
    parser.add_argument("--to", type=Path, default=Path("build/bugs"), help="the folder for the files and their key")
    parser.add_argument("--check", type=Path, nargs="+", metavar="FILE", help="make nothing, run the checks on these")
    asked = parser.parse_args()
    if asked.check:
        for path in asked.check:
            check(path)
    elif asked.seed is None:
        parser.error("--seed: expected a number of your own")
    else:
        write(asked.to, asked.seed, asked.students)


if __name__ == "__main__":
    main()
