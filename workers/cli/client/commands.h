// The commands that talk to a server. Each returns an exit code (command.h).
#pragma once

#include "workers/cli/args.h"

namespace argosy::cli {

int repo(const Arguments& arguments);
int submit(const Arguments& arguments);
int watch(const Arguments& arguments);
int list_tasks(const Arguments& arguments);
int show(const Arguments& arguments);
int diff(const Arguments& arguments);
int cancel(const Arguments& arguments);
int pause(const Arguments& arguments);
int resume(const Arguments& arguments);
int dead(const Arguments& arguments);
int answer(const Arguments& arguments);
int plan(const Arguments& arguments);
int constrain(const Arguments& arguments);
int rollback(const Arguments& arguments);
int retry(const Arguments& arguments);
int sandbox(const Arguments& arguments);
int usage(const Arguments& arguments);
int calls(const Arguments& arguments);
int context(const Arguments& arguments);
int cache(const Arguments& arguments);
int agents(const Arguments& arguments);

}  // namespace argosy::cli
