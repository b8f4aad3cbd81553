using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>Carries out a compiled projection's steps over one record's bytes.</summary>
internal static class Walk
{
    /// <summary>Carries out the steps before <paramref name="end"/>, from where the buffer says; it says then where the walk came to.</summary>
    /// <param name="body">The Avro body.</param>
    /// <param name="image">What the runs are compared with; empty where there are none.</param>
    /// <param name="runs">Ends of the runs in <paramref name="image"/>.</param>
    /// <param name="buffer">Receives where things stand.</param>
    public static Outcome Over(StepProgram program, int end, ReadOnlySpan<byte> body, ReadOnlySpan<byte> image, ReadOnlySpan<int> runs, ProjectionBuffer buffer)
    {
        var steps = program.Steps.AsSpan(0, end);
        var at = buffer.Position;
        var ip = buffer.Step;
        while ((uint)ip < (uint)steps.Length)
        {
            ref readonly var step = ref steps[ip++];
            int next;
            switch (step.Kind)
            {
                case StepKind.Varint: next = Varint.Skip(body, at); break;
                case StepKind.Boolean: next = Boolean(body, at); break;
                case StepKind.Sized: next = Sized(body, at); break;
                case StepKind.Fixed: next = step.A <= body.Length - at ? at + step.A : -1; break;
                case StepKind.Enum:
                    var symbol = Varint.Count(body, at);
                    next = (uint)symbol.Value < (uint)step.A ? symbol.Next : -1;
                    break;
                case StepKind.OptionalVarint:
                    next = Branch(body, at, step.A);
                    if (next > 0) next = Varint.Skip(body, next);
                    else next = Null(next);
                    break;
                case StepKind.OptionalBoolean:
                    next = Branch(body, at, step.A);
                    if (next > 0) next = Boolean(body, next);
                    else next = Null(next);
                    break;
                case StepKind.OptionalSized:
                    next = Branch(body, at, step.A);
                    if (next > 0) next = Sized(body, next);
                    else next = Null(next);
                    break;
                case StepKind.Optional:
                    next = Branch(body, at, step.A);
                    if (next <= 0 && next != Bad) (next, ip) = (Null(next), step.B);
                    break;
                case StepKind.Union:
                    var branch = Varint.Count(body, at);
                    next = -1;
                    if ((uint)branch.Value < (uint)step.B) (next, ip) = (branch.Next, program.Jumps[step.A + branch.Value]);
                    break;
                case StepKind.Jump: (next, ip) = (at, step.A); break;
                case StepKind.Tree:
                    var trusted = false;
                    next = TreeSkip.Skip(program.Trees[step.A], body, at, 0, ref trusted);
                    buffer.TrustedABlockSize |= trusted;
                    if (next < 0) return Stop(buffer, Outcome.Broken, ~next, ip);
                    break;
                case StepKind.ColumnBegin:
                    buffer.ColumnBegin[step.A] = next = at;
                    buffer.HasRow = true;
                    break;
                case StepKind.ColumnEnd: buffer.ColumnEnd[step.A] = next = at; break;
                case StepKind.FieldVarint:
                    next = Varint.Skip(body, at);
                    buffer.Fields.Set(step.A, at, next);
                    break;
                case StepKind.FieldSized:
                    next = Text(body, at, step.A, buffer);
                    break;
                case StepKind.OptionalFieldVarint:
                    next = Branch(body, at, step.B);
                    if (next > 0) buffer.Fields.Set(step.A, next, next = Varint.Skip(body, next));
                    else next = Null(next);
                    break;
                case StepKind.OptionalFieldSized:
                    next = Branch(body, at, step.B);
                    if (next > 0) next = Text(body, next, step.A, buffer);
                    else next = Null(next);
                    break;
                case StepKind.Branch:
                    if ((uint)at >= (uint)body.Length) return Stop(buffer, Outcome.Broken, at, ip);
                    if (body[at] != step.A << 1) return Stop(buffer, Outcome.Differs, at, ip);
                    next = at + 1;
                    buffer.HasRow = true;
                    break;
                case StepKind.Run:
                    var run = image[(step.A == 0 ? 0 : runs[step.A - 1])..runs[step.A]];
                    if (!body[at..].StartsWith(run)) return Stop(buffer, Outcome.Differs, at, ip);
                    next = at + run.Length;
                    break;
                default: throw new InvalidOperationException($"step {step.Kind}");
            }

            if (next < 0) return Stop(buffer, Outcome.Broken, at, ip);
            at = next;
        }

        buffer.Position = at;
        buffer.Step = ip;
        return Outcome.Whole;
    }

    private const int Bad = int.MinValue;

    private static Outcome Stop(ProjectionBuffer buffer, Outcome outcome, int at, int ip)
    {
        buffer.Position = at;
        buffer.Step = ip - 1;
        return outcome;
    }

    /// <summary>The index of a union of null and one other: the position after it, negative where it says null.</summary>
    private static int Branch(ReadOnlySpan<byte> body, int at, int nullBranch)
    {
        var (branch, next) = Varint.Count(body, at);
        if ((uint)branch > 1 || next < 0) return Bad;
        return branch == nullBranch ? -next : next;
    }

    private static int Null(int next) => next == Bad ? -1 : -next;

    private static int Boolean(ReadOnlySpan<byte> body, int at) => (uint)at < (uint)body.Length && body[at] <= 1 ? at + 1 : -1;

    private static int Sized(ReadOnlySpan<byte> body, int at)
    {
        var (length, next) = Varint.Count(body, at);
        return (uint)length <= (uint)(body.Length - next) ? next + length : -1;
    }

    private static int Text(ReadOnlySpan<byte> body, int at, int field, ProjectionBuffer buffer)
    {
        var (length, next) = Varint.Count(body, at);
        if ((uint)length > (uint)(body.Length - next)) return -1;
        buffer.Fields.Set(field, next, next + length);
        return next + length;
    }
}
