#include "commands.hpp"

int main(int argc, char** argv) { return retouch::app::run_tool(argc, argv); }
