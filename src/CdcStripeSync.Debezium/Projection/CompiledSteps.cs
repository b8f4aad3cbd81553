using System.Collections.Immutable;
using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Projection;

/// <param name="RowEnd">The first of the comparing steps after the row.</param>
/// <param name="Columns">The needed columns, in the writer's order.</param>
/// <param name="Runs">Needed columns that stand side by side: their first and last.</param>
internal sealed record CompiledSteps(
    StepProgram Reading, StepProgram Comparing, int RowEnd, ImmutableArray<AvroField> Columns, ImmutableArray<(int First, int Last)> Runs);
