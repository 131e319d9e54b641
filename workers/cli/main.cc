// argosy: the command line. `argosy up` runs everything on one machine; the client commands talk to the REST API and its streams.
#include <string>
#include <vector>

#include "workers/cli/run.h"

int main(int argc, char** argv) { return argosy::cli::run(std::vector<std::string>(argv + 1, argv + argc)); }
