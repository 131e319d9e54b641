// The options of all commands but `tool` and `sim`, in the order of the help. For commands.cc alone.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "workers/cli/args.h"

namespace argosy::cli {

// Of each command that works on the database itself.
inline constexpr Option kState{"--state", "DIR", "the state folder whose running Postgres is meant, when ARGOSY_POSTGRES_URL is not set"};

// Of each client of the API.
inline constexpr std::array kClientOptions{
    Option{"--url", "URL", "where the API is; else ARGOSY_URL, else the `argosy up` of this checkout, else port 8080"},
    Option{"--json", "", "print the server's JSON"},
};

// These, and more.
template <std::size_t N>
constexpr auto of_client(const Option (&more)[N]) {
  std::array<Option, kClientOptions.size() + N> all;
  std::ranges::copy(more, std::ranges::copy(kClientOptions, all.begin()).out);
  return all;
}

inline constexpr std::array kUpOptions{
    Option{"--state", "DIR", "where everything is kept (default: a folder of its own for this checkout)"},
    Option{"--api-port", "N", "port of the REST API (default 8080; 0: any free one)"},
    Option{"--ws-port", "N", "port of the WebSocket streams (default 8081; 0: any free one)"},
    Option{"--kafka", "BROKERS", "use this Kafka instead of the built-in broker (also ARGOSY_KAFKA_BROKERS)"},
};
inline constexpr std::array kBrokerOptions{Option{"--address-file", "FILE", "write its address there once it listens"}};
inline constexpr std::array kDoctorOptions{Option{"--state", "DIR", "the state folder to look at"}};
inline constexpr auto kRepoOptions = of_client({
    Option{"--branch", "NAME", "the branch that tasks start from (default: the remote's)"},
    Option{"--setup-command", "COMMAND", "how its dependencies are fetched (default: found out)"},
    Option{"--test-command", "COMMAND", "how its tests are run (default: found out)"},
});
inline constexpr auto kSubmitOptions = of_client({
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
});
inline constexpr auto kTasksOptions = of_client({
    Option{"--repo", "ORG/NAME", "of this repository only"},
    Option{"--status", "STATUS", "in this state only"},
    Option{"--limit", "N", "at most so many, newest first (default 20)"},
});
inline constexpr auto kDeadOptions = of_client({
    Option{"--queue", "QUEUE", "planning, codegen, testing, git or notifications"},
    Option{"--category", "LETTER", "of the error: A, B, C or D"},
    Option{"--code", "CODE", "of the error"},
    Option{"--repo", "ORG/NAME", "of this repository only"},
    Option{"--since", "TIME", "died at this time or later (2026-11-21T17:43:53Z)"},
    Option{"--until", "TIME", "died before this time"},
    Option{"--limit", "N", "at most so many, newest first (list: 20)"},
    Option{"--all", "", "redrive: all of them"},
});
inline constexpr auto kAnswerOptions = of_client({Option{"--file", "FILE", "the TEXT is what this file holds; - is standard input"}});
inline constexpr auto kPlanOptions = of_client(
    {Option{"--file", "FILE", "edit: the plan, alone or as `show --json` prints it (then only if it still stands); - is standard input"}});
inline constexpr auto kConstrainOptions = of_client({
    Option{"--avoid", "GLOB", "files that must not change", true},
    Option{"--max-files", "N", "how many files may change at most"},
});
inline constexpr auto kRollbackOptions = of_client({
    Option{"--to", "STEP", "the step that stays, the last one to do so"},
    Option{"--key", "KEY", "idempotency key (default: a random one)"},
});
inline constexpr auto kRetryOptions = of_client({Option{"--key", "KEY", "idempotency key (default: the task itself)"}});
inline constexpr auto kSandboxOptions = of_client({
    Option{"--repo", "ORG/NAME", "create: the repository whose files it gets"},
    Option{"--commit", "ID", "create: in full (default: the tip of the default branch)"},
    Option{"--class", "CLASS", "create: bwrap, gvisor or none (default: what the testing workers have, but none)"},
    Option{"--timeout", "SECONDS", "exec: when it is ended (default: the sandbox's wall_s)"},
    Option{"--stdin", "FILE", "exec: what it reads; - is standard input"},
});
inline constexpr std::array kMigrateOptions{
    Option{"--to", "VERSION", "down: the version that stays (default: one step down)"},
    kState,
};
inline constexpr std::array kBackupOptions{
    Option{"--verify", "", "make none: check the one that is there"},
    kState,
};
inline constexpr std::array kRestoreOptions{
    kState,
};
inline constexpr std::array kEraseOptions{
    Option{"--org", "ORG", "whose member it is, \"default\" or an id (default: default)"},
    Option{"--dry-run", "", "only count"},
    Option{"--operator", "", "also who changed flags and ended quarantines by that name, in every organisation"},
    kState,
};
inline constexpr std::array kLimitsOptions{
    Option{"--queue", "QUEUE", "set: in this queue only (default: in all together)"},
    kState,
};
inline constexpr std::array kFlagsOptions{
    Option{"--org", "ORG", "set, unset: of this organisation alone, \"default\" or its id (default: of every other)"},
    Option{"--reason", "TEXT", "set, unset: why; it is recorded, and must be given"},
    Option{"--by", "NAME", "set, unset: who; it is recorded (default: $USER)"},
    kState,
};
inline constexpr std::array kQuarantineOptions{
    Option{"--all", "", "list: also what an operator has released or purged"},
    Option{"--by", "NAME", "release, purge: who decides (default: $USER)"},
    kState,
};
inline constexpr auto kUsageOptions = of_client({
    Option{"--by", "GROUP", "task, user, model or day (default: day)"},
    Option{"--since", "TIME", "calls of this time or later, like 2026-11-21T17:43:53Z (default: 31 days ago)"},
    Option{"--until", "TIME", "calls before this time"},
    Option{"--limit", "N", "so many at most (default 50)"},
});
inline constexpr auto kContextOptions = of_client({
    Option{"--task", "ID", "whose agents"},
    Option{"--step", "N", "of this step only"},
});
inline constexpr auto kCacheOptions = of_client({
    Option{"--days", "N", "stats: of so many days (default 31)"},
    Option{"--repo", "ORG/NAME", "purge: of this repository; warm: of lines that name none"},
    Option{"--commit", "SHA", "purge: of this commit; warm: of lines that name none"},
    Option{"--kind", "KIND", "purge: of calls for this (plan, review, ...); warm: of lines that name none"},
    Option{"--org", "ORG", "warm: for this organisation (default: the default one)"},
    Option{"--exact", "", "warm: without vectors, which cost money"},
    Option{"--state", "DIR", "warm: the state folder whose running Postgres is meant, when ARGOSY_POSTGRES_URL is not set"},
});
inline constexpr std::array kBudgetOptions{
    Option{"--usd", "AMOUNT", "set: US dollars (0: nothing), or none for no cap"},
    Option{"--tokens", "N", "set: tokens of input and output (0: nothing), or none for no cap"},
    Option{"--period", "PERIOD", "set: day or month, in UTC (default: month); a task's budget is for all its time"},
    Option{"--org", "ORG", "set user: the user's organisation (default: each, of USER each)"},
    Option{"--remove", "", "set: what holds for everybody holds again"},
    kState,
};
inline constexpr std::array kModelsOptions{
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
inline constexpr std::array kConversationsOptions{
    kState,
};
inline constexpr std::array kPromptsOptions{
    Option{"--prompts", "DIR", "the folder that stands over the built-in ones (default: ARGOSY_PROMPTS)"},
    Option{"--part", "PART", "show: system, context or task alone"},
    Option{"--hash", "", "show: the hash alone, which every call keeps"},
    Option{"--json", "", "print JSON"},
};

}  // namespace argosy::cli
