"""`python3 -m branch_portal.local COMMAND`: what the Makefile calls."""

import argparse
import os
import sys

from branch_portal.local import bootstrap
from branch_portal.local.console import Problem, complain
from branch_portal.local.paths import Places

_COMMANDS = {
    "run": "启动整个网站并打印网址与演示账号，Ctrl-C 停止",
    "test": "安装测试所需的一切，运行全部测试；其后的参数原样交给 pytest",
    "check": "代码、模板、类型、导入方向、迁移与部署检查",
    "fix": "自动修正代码格式",
    "lock": "重新生成锁定的软件包清单",
    "bench": "按 SCALE（S、M、L）造数并量速度，结果写入 benchmarks/results.json",
    "faults": "在真实的整套进程上逐一制造故障（F1…F49），检查不变量并列表；其后的参数原样交给 pytest",
    "mutants": "逐一弱化代码中的权限检查，看测试能否发现；--sample N 只抽 N 个",
    "audit": "已知漏洞、软件清单（SBOM）、仓库中的机密；需要能访问软件源",
    "manage": "在本机自己的数据库上执行 manage.py 的命令，例如 manage backup；网站是否在运行均可",
    "setup": "只安装软件包和前端文件，不启动",
}
_FREE = ("test", "faults", "mutants", "manage")  # what follows these is another program's
_PREPARED = "PORTAL_PREPARED"  # set for the second half, which runs on the environment's Python


def main(arguments: list[str]) -> int:
    help_text = "\n".join(f"  {name:<8}{text}" for name, text in _COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python3 -m branch_portal.local",
        description="支部工作门户的本地环境。命令：\n" + help_text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=list(_COMMANDS), metavar="命令")
    # What follows these is another program's, even where it looks like an option of ours.
    rest = arguments[1:] if arguments[:1] and arguments[0] in _FREE else []
    parsed = parser.parse_args(arguments[: len(arguments) - len(rest)])
    places = Places.of_checkout()
    try:
        if os.environ.pop(_PREPARED, "") != "1":
            locks = bootstrap.RUN if parsed.command in ("run", "setup", "manage") else bootstrap.DEVELOPMENT
            python = bootstrap.prepare(places, locks)
            if parsed.command == "setup":
                return 0
            os.chdir(places.root)
            os.environ[_PREPARED] = "1"
            command = [str(python), "-m", "branch_portal.local", parsed.command, *rest]
            sys.stdout.flush()
            os.execv(command[0], command)
        return _second_half(places, parsed.command, rest)
    except Problem as problem:
        complain(problem)
        return 1
    except OSError as error:
        complain(Problem("系统拒绝了一项操作：请检查磁盘空间和文件夹权限", error))
        return 1
    except KeyboardInterrupt:
        return 130


def _second_half(places: Places, command: str, rest: list[str]) -> int:
    if command == "run":
        from branch_portal.local import launcher

        return launcher.run(places)
    if command == "manage":
        from branch_portal.local import manage

        return manage.run(places, rest)
    from branch_portal.local import quality

    return quality.COMMANDS[command](places, rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
