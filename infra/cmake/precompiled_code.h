// What nearly every file of common/code sees, and much of what uses it: sources, their syntax trees, and what names in them mean.
#pragma once

#include "common/code/binding/model.h"
#include "common/code/binding/project.h"
#include "common/code/binding/rules.h"
#include "common/code/binding/values.h"
#include "common/code/index/index.h"
#include "common/code/source_tree.h"
#include "common/code/syntax/tree.h"
#include "common/code/tags/tags.h"
