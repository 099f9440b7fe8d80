#ifndef BENCHMARKS_TABLE_H_
#define BENCHMARKS_TABLE_H_

#include <string>

#include "benchmarks/line.h"
#include "benchmarks/targets.h"

namespace gather::benchmarks {

// The header and the lines of the table for people. A figure that there is none of is "-".
std::string TableHeader();
std::string TableLine(const Line& line);

// One line: the verdict, the target, what was asked and what was measured.
std::string TargetLine(const Judgement& judgement);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_TABLE_H_
