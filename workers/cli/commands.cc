#include <array>

#include "workers/cli/client/commands.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/options.h"
#include "workers/cli/sim/commands.h"
#include "workers/cli/tool/commands.h"
#include "workers/cli/up/commands.h"

namespace argosy::cli {
namespace {

constexpr std::size_t kMostWords = 1'000;  // of a command that is run elsewhere

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
        "erase", "person NAME", 2, 2, "remove what is kept of one person, who asked for it",
        "NAME as the tokens file has it. What they asked for goes, but for numbers: that there was a task, and what it cost. In tasks of\n"
        "others, agents and budgets their name becomes (erased), and what they answered goes. Refused while tasks or sandboxes of theirs\n"
        "are open. Repeated, or after it was stopped, it does what is left; exits with 1 while something is.",
        kEraseOptions, erase},
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
