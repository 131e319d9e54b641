#include <array>

#include "workers/cli/client/commands.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/sim/commands.h"
#include "workers/cli/tool/commands.h"
#include "workers/cli/up/commands.h"

namespace argosy::cli {
namespace {

#define ARGOSY_CLIENT_OPTIONS                                                                                         \
  Option{"--url", "URL", "where the API is; else ARGOSY_URL, else the `argosy up` of this checkout, else port 8080"}, \
      Option{"--json", "", "print the server's JSON"}

constexpr std::size_t kMostWords = 1'000;  // of a command that is run elsewhere

constexpr std::array kUpOptions{
    Option{"--state", "DIR", "where everything is kept (default: a folder of its own for this checkout)"},
    Option{"--api-port", "N", "port of the REST API (default 8080; 0: any free one)"},
    Option{"--ws-port", "N", "port of the WebSocket streams (default 8081; 0: any free one)"},
    Option{"--kafka", "BROKERS", "use this Kafka instead of the built-in broker (also ARGOSY_KAFKA_BROKERS)"},
};
constexpr std::array kBrokerOptions{Option{"--address-file", "FILE", "write its address there once it listens"}};
constexpr std::array kDoctorOptions{Option{"--state", "DIR", "the state folder to look at"}};
constexpr std::array kClientOptions{ARGOSY_CLIENT_OPTIONS};
constexpr std::array kRepoOptions{
    ARGOSY_CLIENT_OPTIONS,
    Option{"--branch", "NAME", "the branch that tasks start from (default: the remote's)"},
    Option{"--setup-command", "COMMAND", "how its dependencies are fetched (default: found out)"},
    Option{"--test-command", "COMMAND", "how its tests are run (default: found out)"},
};
constexpr std::array kSubmitOptions{
    ARGOSY_CLIENT_OPTIONS,
    Option{"--repo", "ORG/NAME", "the repository, as `argosy repo add` named it"},
    Option{"--rename", "LANG FROM TO", "rename a top-level symbol everywhere", true},
    Option{"--change", "FILE", "JSON of one operation or a list of them; - is standard input", true},
    Option{"--prompt", "TEXT", "what the change is for; without operations: what a model plans and does"},
    Option{"--avoid", "GLOB", "files that must not change", true},
    Option{"--max-files", "N", "how many files may change at most"},
    Option{"--fix-rounds", "N", "rounds to mend what its gates stop, before a person is asked; 0: fail at once"},
    Option{"--priority", "LANE", "urgent, normal or background"},
    Option{"--notify", "URL", "webhook to call when the task has ended", true},
    Option{"--key", "KEY", "idempotency key (default: a random one)"},
    Option{"--watch", "", "follow the task to its end"},
};
constexpr std::array kTasksOptions{
    ARGOSY_CLIENT_OPTIONS,
    Option{"--repo", "ORG/NAME", "of this repository only"},
    Option{"--status", "STATUS", "in this state only"},
    Option{"--limit", "N", "at most so many, newest first (default 20)"},
};
constexpr std::array kDeadOptions{
    ARGOSY_CLIENT_OPTIONS,
    Option{"--queue", "QUEUE", "planning, codegen, testing, git or notifications"},
    Option{"--category", "LETTER", "of the error: A, B, C or D"},
    Option{"--code", "CODE", "of the error"},
    Option{"--repo", "ORG/NAME", "of this repository only"},
    Option{"--since", "TIME", "died at this time or later (2026-11-21T17:43:53Z)"},
    Option{"--until", "TIME", "died before this time"},
    Option{"--limit", "N", "at most so many, newest first (list: 20)"},
    Option{"--all", "", "redrive: all of them"},
};
constexpr std::array kAnswerOptions{
    ARGOSY_CLIENT_OPTIONS,
    Option{"--file", "FILE", "the TEXT is what this file holds; - is standard input"},
};
constexpr std::array kPlanOptions{
    ARGOSY_CLIENT_OPTIONS,
    Option{"--file", "FILE", "edit: the plan, alone or as `show --json` prints it (then only if it still stands); - is standard input"},
};
constexpr std::array kConstrainOptions{
    ARGOSY_CLIENT_OPTIONS,
    Option{"--avoid", "GLOB", "files that must not change", true},
    Option{"--max-files", "N", "how many files may change at most"},
};
constexpr std::array kRollbackOptions{
    ARGOSY_CLIENT_OPTIONS,
    Option{"--to", "STEP", "the step that stays, the last one to do so"},
    Option{"--key", "KEY", "idempotency key (default: a random one)"},
};
constexpr std::array kRetryOptions{
    ARGOSY_CLIENT_OPTIONS,
    Option{"--key", "KEY", "idempotency key (default: the task itself)"},
};
constexpr std::array kSandboxOptions{
    ARGOSY_CLIENT_OPTIONS,
    Option{"--repo", "ORG/NAME", "create: the repository whose files it gets"},
    Option{"--commit", "ID", "create: in full (default: the tip of the default branch)"},
    Option{"--class", "CLASS", "create: bwrap, gvisor or none (default: what the testing workers have, but none)"},
    Option{"--timeout", "SECONDS", "exec: when it is ended (default: the sandbox's wall_s)"},
    Option{"--stdin", "FILE", "exec: what it reads; - is standard input"},
};
constexpr std::array kMigrateOptions{
    Option{"--to", "VERSION", "down: the version that stays (default: one step down)"},
    Option{"--state", "DIR", "the state folder whose running Postgres is meant, when ARGOSY_POSTGRES_URL is not set"},
};

constexpr std::array kBackupOptions{
    Option{"--verify", "", "make none: check the one that is there"},
    Option{"--state", "DIR", "the state folder whose running Postgres is meant, when ARGOSY_POSTGRES_URL is not set"},
};
constexpr std::array kRestoreOptions{
    Option{"--state", "DIR", "the state folder whose running Postgres is meant, when ARGOSY_POSTGRES_URL is not set"},
};

constexpr std::array kLimitsOptions{
    Option{"--queue", "QUEUE", "set: in this queue only (default: in all together)"},
    Option{"--state", "DIR", "the state folder whose running Postgres is meant, when ARGOSY_POSTGRES_URL is not set"},
};

constexpr std::array kFlagsOptions{
    Option{"--org", "ORG", "set, unset: of this organisation alone, \"default\" or its id (default: of every other)"},
    Option{"--reason", "TEXT", "set, unset: why; it is recorded, and must be given"},
    Option{"--by", "NAME", "set, unset: who; it is recorded (default: $USER)"},
    Option{"--state", "DIR", "the state folder whose running Postgres is meant, when ARGOSY_POSTGRES_URL is not set"},
};

constexpr std::array kQuarantineOptions{
    Option{"--all", "", "list: also what an operator has released or purged"},
    Option{"--by", "NAME", "release, purge: who decides (default: $USER)"},
    Option{"--state", "DIR", "the state folder whose running Postgres is meant, when ARGOSY_POSTGRES_URL is not set"},
};

constexpr std::array kUsageOptions{
    ARGOSY_CLIENT_OPTIONS,
    Option{"--by", "GROUP", "task, user, model or day (default: day)"},
    Option{"--since", "TIME", "calls of this time or later, like 2026-11-21T17:43:53Z (default: 31 days ago)"},
    Option{"--until", "TIME", "calls before this time"},
    Option{"--limit", "N", "so many at most (default 50)"},
};
constexpr std::array kContextOptions{
    ARGOSY_CLIENT_OPTIONS,
    Option{"--task", "ID", "whose agents"},
    Option{"--step", "N", "of this step only"},
};
constexpr std::array kCacheOptions{
    ARGOSY_CLIENT_OPTIONS,
    Option{"--days", "N", "stats: of so many days (default 31)"},
    Option{"--repo", "ORG/NAME", "purge: of this repository; warm: of lines that name none"},
    Option{"--commit", "SHA", "purge: of this commit; warm: of lines that name none"},
    Option{"--kind", "KIND", "purge: of calls for this (plan, review, ...); warm: of lines that name none"},
    Option{"--org", "ORG", "warm: for this organisation (default: the default one)"},
    Option{"--exact", "", "warm: without vectors, which cost money"},
    Option{"--state", "DIR", "warm: the state folder whose running Postgres is meant, when ARGOSY_POSTGRES_URL is not set"},
};
constexpr std::array kBudgetOptions{
    Option{"--usd", "AMOUNT", "set: US dollars (0: nothing), or none for no cap"},
    Option{"--tokens", "N", "set: tokens of input and output (0: nothing), or none for no cap"},
    Option{"--period", "PERIOD", "set: day or month, in UTC (default: month); a task's budget is for all its time"},
    Option{"--org", "ORG", "set user: the user's organisation (default: each, of USER each)"},
    Option{"--remove", "", "set: what holds for everybody holds again"},
    Option{"--state", "DIR", "the state folder whose running Postgres is meant, when ARGOSY_POSTGRES_URL is not set"},
};
constexpr std::array kModelsOptions{
    Option{"--models", "FILE", "the models.yaml (default: ARGOSY_MODELS)"},
    Option{"--state", "DIR", "edits: the state folder whose running Postgres is meant, when ARGOSY_POSTGRES_URL is not set"},
    Option{"--input", "N", "price: tokens of the prompt, cached ones included"},
    Option{"--output", "N", "price: tokens of the answer, reasoning included"},
    Option{"--cached", "N", "price: of the input, what came from the vendor's cache"},
    Option{"--cache-written", "N", "price: of the input, what was written to it"},
    Option{"--max-usd", "AMOUNT", "check: the most that it may cost (default: 0.5)"},
    Option{"--kind", "KIND", "route: intent, plan, edit, review, summary, commit_message or embedding"},
    Option{"--complexity", "HOW", "route: low, normal or high (default: normal)"},
    Option{"--tools", "", "route: the call offers tools"},
    Option{"--images", "", "route: it holds an image"},
    Option{"--schema", "", "route: its answer must be of a schema"},
    Option{"--input-tokens", "N", "route: tokens of its prompt (default: 0)"},
    Option{"--output-tokens", "N", "route: the most that may be answered (default: 4096)"},
    Option{"--org", "ORG", "route: whose call it is; default, or an id"},
    Option{"--repo", "ORG/NAME", "route: which repository it is about"},
    Option{"--explain", "", "route: with the reasons, and who is passed over"},
    Option{"--json", "", "print JSON"},
};

constexpr std::array kConversationsOptions{
    Option{"--state", "DIR", "the state folder whose running Postgres is meant, when ARGOSY_POSTGRES_URL is not set"},
};
constexpr std::array kPromptsOptions{
    Option{"--prompts", "DIR", "the folder that stands over the built-in ones (default: ARGOSY_PROMPTS)"},
    Option{"--part", "PART", "show: system, context or task alone"},
    Option{"--hash", "", "show: the hash alone, which every call keeps"},
    Option{"--json", "", "print JSON"},
};

constexpr std::array kCommands{
    Command{
        "up", "", 0, 0, "start Postgres, a broker and all processes on this machine; Ctrl-C stops them",
        "What dies is started again, with growing pauses. Everything is kept in one state folder; a second `up` on it says who holds it.\n"
        "ARGOSY_POSTGRES_URL (or _FILE) names a Postgres to use instead of a private one; the other ARGOSY_* variables reach the "
        "processes.",
        kUpOptions, up},
    Command{"doctor", "[sandbox | ready [URL]]", 0, 2, "probe what Argosy needs and say what to do",
            "argosy doctor sandbox shows every layer between tests and this host: active or absent, why, and the remedy.\n"
            "argosy doctor ready exits with 0 when a process is: its /readyz at URL, else at ARGOSY_ADMIN_PORT of this machine.",
            kDoctorOptions, doctor},
    Command{"repo", "add|list [ID URL]", 1, 3, "register repositories",
            "argosy repo add ORG/NAME URL registers or changes one; argosy repo list lists all.", kRepoOptions, repo},
    Command{
        "submit", "", 0, 0, "submit a task",
        "At least one --rename, --change or --prompt; changes are applied in the order given, and without one a model plans the prompt.",
        kSubmitOptions, submit},
    Command{"watch", "ID", 1, 1, "follow a task to its end", "Exits with 0 when the task succeeded and 1 when not.", kClientOptions, watch},
    Command{"tasks", "", 0, 0, "list tasks", "", kTasksOptions, list_tasks},
    Command{"show", "ID", 1, 1, "show a task: steps, times, result, error", "", kClientOptions, show},
    Command{"diff", "ID", 1, 1, "print a task's patches", "", kClientOptions, diff},
    Command{"cancel", "ID", 1, 1, "cancel a task", "", kClientOptions, cancel},
    Command{"pause", "ID", 1, 1, "hold a task back: it begins nothing new",
            "What runs may end, of an agent its round; nothing follows it until `argosy resume`.", kClientOptions, pause},
    Command{"resume", "ID", 1, 1, "let a paused task go on", "", kClientOptions, resume},
    Command{
        "dead", "list|show|redrive [ID STEP]", 1, 3, "list dead letters, look at one, give them another life",
        "A dead letter is a step that failed for good. A redrive runs its task again, with all dead letters of it and what was cancelled\n"
        "because of them; a notification comes back alone. Without ID and STEP it takes what the options narrow it to, in batches;\n"
        "security matters (category D) only when --category D names them.",
        kDeadOptions, dead},
    Command{"answer", "ID CHECKPOINT VERDICT [TEXT]", 3, 4, "answer what a step asks",
            "`argosy show ID` lists what waits for an answer. VERDICT is approve, reject or correct; correct needs a TEXT that says how.\n"
            "A fix round (fix-1) takes a JSON list of operations, as --change does: argosy answer ID 102-fix-1 correct --file ops.json",
            kAnswerOptions, answer},
    Command{
        "plan", "show|edit ID", 2, 2, "show the plan of a task in words, or put another in its place",
        "`edit` opens the plan in $VISUAL or $EDITOR and puts what you save in its place, also while its steps run: nodes that have begun\n"
        "stand as they are, others may be changed, added and removed. Whoever changed it meanwhile comes first; what you wrote is kept.",
        kPlanOptions, plan},
    Command{"constrain", "ID", 1, 1, "narrow what a task may touch, while it runs", "Constraints only get tighter.", kConstrainOptions,
            constrain},
    Command{"rollback", "ID", 1, 1, "set a task back to one of its steps and go on from there",
            "The step must have succeeded; what came after it is undone and done again. A task that had ended runs again.",
            kRollbackOptions, rollback},
    Command{"retry", "ID", 1, 1, "submit a task again that has ended",
            "A new task with the same request. Repeated, it is the same one; another --key makes another.", kRetryOptions, retry},
    Command{
        "sandbox", "create|exec|list|rm [ID [COMMAND...]]", 1, kMostWords, "run commands on a repository's files, in a sandbox that stays",
        "argosy sandbox exec ID COMMAND: one word is for the shell, several are a program and its arguments; put -- before one that has\n"
        "options. Its output is printed, and the exit code is 0 when its own is. What it leaves behind is its files. One that nobody uses\n"
        "is removed.",
        kSandboxOptions, sandbox},
    Command{"migrate", "up|down|status", 1, 1, "change or show the version of the database's schema", "", kMigrateOptions, migrate},
    Command{"backup", "DIR", 1, 1, "keep all that Postgres holds, of one moment, while the fleet works",
            "DIR is made: database.dump (pg_dump's custom format, artifacts included) and manifest.json (versions, rows of each table,\n"
            "sha256). It is read back as a whole before the command succeeds. It is not encrypted: what keeps it has to do that.\n"
            "What lies outside of Postgres (git remotes, an artifact store of its own) is not in it; of Kafka nothing is needed.",
            kBackupOptions, backup},
    Command{"restore", "DIR", 1, 1, "bring a backup back into an empty database",
            "Refused where tasks or repositories are. An older backup is migrated. What ran at its moment begins anew without spending an\n"
            "attempt; Kafka may be empty.",
            kRestoreOptions, restore},
    Command{
        "limits", "list|set [ORG N]", 1, 3, "how many steps of an organisation may run at once",
        "ORG is \"default\" or an id, N a number (0: no limit) or none (what holds for everybody, ARGOSY_ORG_MAX_RUNNING, holds again).\n"
        "What is over the limit waits without a slot; what runs goes on.",
        kLimitsOptions, limits},
    Command{"flags", "list|show|set|unset [NAME [PERCENT]]", 1, 3, "what is on for which share of the tasks, while everything runs",
            "PERCENT of the tasks have it on, always the same ones, and those of a smaller share stay when it grows. What is set for an\n"
            "organisation stands over what is set for all. Processes see a change within ARGOSY_FLAGS_REFRESH_MS. `show` also tells who\n"
            "changed it, when and why.",
            kFlagsOptions, flags},
    Command{"quarantine", "list|show|get|release|purge [ID [SHA256]]", 1, 3,
            "what is kept back of tasks in which a security matter was found",
            "A step that fails with category D (a secret in the diff, an attempt to get out of the sandbox) puts its task here: patches,\n"
            "reports and what was said to models are given to nobody, nor to later steps; logs are. It lasts until an operator decides:\n"
            "`show` lists them, `get` prints one, `release` gives them back, `purge` removes them for good.",
            kQuarantineOptions, quarantine},
    Command{
        "models", "list|price|check|route|edits [NAME]", 1, 2,
        "the models that may be called, what so many tokens cost, what one can do, who is asked",
        "They stand in the file that ARGOSY_MODELS names. Prices are exact. `route` prints who is asked for a call under a budget, each\n"
        "after the one before it failed, by the rules of that file and the newest checks. `check` asks the model itself, which costs\n"
        "money: it says how much at most before, and how much after. Each ability gets a grade: ok, weak (works in part), fails, or\n"
        "skipped, and beside models.yaml, models.checked.json keeps them, but for what failed on the way to the model. Exits\n"
        "with 1 when something fails, or nobody can be asked.\n"
        "`edits` shows how many edits of each model could be placed, by their format: what the format is chosen by.",
        kModelsOptions, models},
    Command{"prompts", "list|show [NAME]", 1, 2, "what models are told: templates, their parts and hashes",
            "They are compiled in; a folder of NAME.md files (ARGOSY_PROMPTS) stands over them, name by name.", kPromptsOptions, prompts},
    Command{"budget", "list|set [all | org ORG | user USER | task ID]", 1, 3, "what models' calls may cost, in money and tokens",
            "ORG is \"default\", an id or each, USER a name or each. The budget that names most counts. A call is made only when its worst "
            "case\n"
            "fits into what is left of all its budgets; what each task may cost is ARGOSY_TASK_MAX_USD and ARGOSY_TASK_MAX_TOKENS.\n"
            "0 is nothing at all, none is no cap.",
            kBudgetOptions, budget},
    Command{"usage", "", 0, 0, "what models' calls cost, by task, user, model or day", "", kUsageOptions, usage},
    Command{
        "calls", "ID", 1, 1, "what a task asked of models, why of these, and what came of it",
        "step.attempt, kind, model, tokens, time, how it ended, template and its hash, why. What was said is among its artifacts (--json).",
        kClientOptions, calls},
    Command{
        "context", "", 0, 0, "what an agent was shown of the repository before it began, and the reason for each piece",
        "--task must be given. Pieces stand in the order in which they were taken while there was room: files of the task (weight 1.0),\n"
        "related ones (0.7), README and conventions (0.4), outside documents (0.1), each times how near it is; then what was left out.",
        kContextOptions, context},
    Command{
        "conversations", "list|set [ORG on|off|none]", 1, 3, "whether what is said to models is kept",
        "ORG is \"default\", an id or each (every other); none: what holds for every other holds again. Kept are requests and answers, as\n"
        "artifacts of their task, without secrets and personal data. off holds from the next call on; what is kept stays with its task,\n"
        "answers in the cache go.",
        kConversationsOptions, conversations},
    Command{"cache", "stats|purge|on|off|warm [FILE]", 1, 2, "answers of models that are given again: how often, forget them, have none",
            "They are given again to the same question about the same commit, and to one that is alike where its kind allows it\n"
            "(ARGOSY_CACHE_RULES). `warm` works on the database and reads lines of JSON: {\"kind\", \"role\", \"complexity\",\n"
            "\"asked_model\", \"repository\", \"commit\", \"request\", \"model\", \"answer\"}, request and answer as `record:DIR` writes\n"
            "them, model who answered, asked_model who had to; ARGOSY_MODELS must be that of the workers.",
            kCacheOptions, cache},
    Command{"agents", "list|show|put|remove [NAME|FILE]", 1, 2, "who works on prompts: the built-in agents, and the organisation's own",
            "`put` reads an agent as JSON (as `show` prints one, without version, owner and what else the server adds) and makes it, or a\n"
            "new version of it. A task names one with \"agent\".",
            kClientOptions, agents},
    Command{"config", "doc|check|show", 1, 1, "describe, check or show the configuration (ARGOSY_* variables)", "", {}, config_command},
    Command{"tool",
            "NAME",
            1,
            1,
            "what the workers know, for scripts: read reports of tests, coverage and linters, look at a repository",
            "",
            {},
            nullptr,
            tools},
    Command{"sim", "NAME", 1, 1, "what would happen, without a fleet: how queues would have scaled", "", {}, nullptr, simulations},
    Command{"broker", "", 0, 0, "run the built-in broker (started by `up`)",
            "Keeps everything in memory: what it forgets is announced again.", kBrokerOptions, broker_command},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

}  // namespace argosy::cli
