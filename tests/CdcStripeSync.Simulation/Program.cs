using System.Diagnostics;
using System.Globalization;
using CdcStripeSync.Simulation.Running;

var first = Number("SEED", 1);
var isTraced = Environment.GetEnvironmentVariable("TRACE") == "1";
var seeds = isTraced ? 1 : Number("SEEDS", 1000);
var options = new SimulationOptions
{
    Instances = (int)Number("INSTANCES", 2),
    Faults = Environment.GetEnvironmentVariable("FAULTS") != "0",
    FarMoves = Environment.GetEnvironmentVariable("FAR") == "1",
    Unreadables = Environment.GetEnvironmentVariable("UNREADABLE") == "1",
    NewLogs = Environment.GetEnvironmentVariable("NEWLOG") == "1",
    Trace = isTraced ? Console.Out : null,
};
return new Exploration(SimulatedMapping.Read(), options).Run(first, seeds, stopAtFirst: Environment.GetEnvironmentVariable("STOP") == "1");

static ulong Number(string name, ulong otherwise) =>
    Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : otherwise;
