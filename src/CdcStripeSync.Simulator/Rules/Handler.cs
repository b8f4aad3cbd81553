using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Answers;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Executes one operation. The parameters are validated; <paramref name="ids"/> are those of the path.</summary>
internal delegate Answer Handler(Execution execution, JsonObject parameters, string[] ids);
