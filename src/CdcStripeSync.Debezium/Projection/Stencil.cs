using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Envelope;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>What follows the row in an envelope, as one record had it: the bytes by which a walk finds its way (lengths, branches, where each
/// number ends) and those that say which table, operation and snapshot it is. A record with the same bytes in these places is laid out alike,
/// so that its fields stand where they stood in that one: nothing needs to be walked over. Immutable.</summary>
internal sealed class Stencil
{
    private const byte EndsNumber = 0x80;
    private const byte Same = 0xff;
    private const int LongestNumber = 10;
    private readonly byte[] _bytes;
    private readonly byte[] _mask;

    private Stencil(byte[] bytes, byte[] mask, FieldPlaces places, SnapshotKind snapshot)
    {
        _bytes = bytes;
        _mask = mask;
        Places = places;
        Snapshot = snapshot;
    }

    /// <summary>From the end of the row.</summary>
    public FieldPlaces Places { get; }

    /// <summary>As in <see cref="StampReader.Snapshot"/>.</summary>
    public SnapshotKind Snapshot { get; }

    /// <summary>Whether this is laid out as the stencil is, to its last byte.</summary>
    public bool Fits(ReadOnlySpan<byte> tail)
    {
        if (tail.Length != _bytes.Length) return false;
        ref var record = ref MemoryMarshal.GetReference(tail);
        ref var bytes = ref MemoryMarshal.GetArrayDataReference(_bytes);
        ref var mask = ref MemoryMarshal.GetArrayDataReference(_mask);
        var differs = Vector<byte>.Zero;
        var last = tail.Length - Vector<byte>.Count;
        for (var at = 0; at < last; at += Vector<byte>.Count) differs |= Differs(ref record, ref bytes, ref mask, at);
        return (differs | Differs(ref record, ref bytes, ref mask, last)) == Vector<byte>.Zero;
    }

    /// <summary>Of a record whose row was walked over: the buffer stands after it. Null where its layout does not follow from so few bytes.</summary>
    public static Stencil? Of(StepProgram program, ReadOnlySpan<byte> body, ProjectionBuffer buffer)
    {
        var (begin, step) = (buffer.Position, buffer.Step);
        var tail = body[begin..];
        if (tail.Length < Vector<byte>.Count) return null;
        var mask = new byte[tail.Length];
        while (step < program.Steps.Length)
        {
            var at = buffer.Position - begin;
            if (Walk.Over(program, step + 1, body, default, default, buffer) != Outcome.Whole) return null;
            if (!Mark(program.Steps[step], tail, mask, at, buffer.Position - begin)) return null;
            step = buffer.Step;
        }

        if (buffer.Position != body.Length || StampReader.Snapshot(body, buffer.Fields) is not { } snapshot) return null;
        return new Stencil(tail.ToArray(), mask, buffer.Fields.From(begin), snapshot);
    }

    /// <summary>Marks what has to be the same in another record for this step to read from and to the same places.</summary>
    /// <returns>False for a step that looks at bytes in ways of its own.</returns>
    private static bool Mark(Step step, ReadOnlySpan<byte> tail, Span<byte> mask, int at, int next)
    {
        switch (step.Kind)
        {
            case StepKind.Varint or StepKind.FieldVarint:
                MarkNumber(mask[at..next]);
                return true;
            case StepKind.OptionalVarint or StepKind.OptionalFieldVarint:
                MarkNumber(mask[MarkFirst(tail, mask, at)..next]);
                return true;
            case StepKind.Sized or StepKind.FieldSized:
                MarkText(step, tail, mask, at, next);
                return true;
            case StepKind.OptionalSized or StepKind.OptionalFieldSized:
                var text = MarkFirst(tail, mask, at);
                if (text < next) MarkText(step, tail, mask, text, next);
                return true;
            case StepKind.Boolean or StepKind.OptionalBoolean or StepKind.Enum or StepKind.Optional or StepKind.Union:
                mask[at..next].Fill(Same);
                return true;
            case StepKind.Fixed or StepKind.Jump: return true;
            default: return false;
        }
    }

    /// <summary>Where a number ends shows in the highest bit of each byte; in the last byte of the longest, more bits than one are no number.</summary>
    private static void MarkNumber(Span<byte> number)
    {
        number.Fill(EndsNumber);
        if (number.Length == LongestNumber) number[^1] = Same;
    }

    private static void MarkText(Step step, ReadOnlySpan<byte> tail, Span<byte> mask, int at, int next)
    {
        var text = MarkFirst(tail, mask, at);
        var isField = step.Kind is StepKind.FieldSized or StepKind.OptionalFieldSized;
        var saysWhatItIs = isField && (EnvelopeField)step.A is EnvelopeField.Op or EnvelopeField.Snapshot or EnvelopeField.Schema or EnvelopeField.Db or EnvelopeField.Table;
        if (saysWhatItIs) mask[text..next].Fill(Same);
    }

    /// <summary>Marks a length or a branch.</summary>
    /// <returns>Where it ends.</returns>
    private static int MarkFirst(ReadOnlySpan<byte> tail, Span<byte> mask, int at)
    {
        var next = Varint.Skip(tail, at);
        mask[at..next].Fill(Same);
        return next;
    }

    private static Vector<byte> Differs(ref byte record, ref byte bytes, ref byte mask, int at) =>
        (Unsafe.ReadUnaligned<Vector<byte>>(ref Unsafe.Add(ref record, at)) ^ Unsafe.ReadUnaligned<Vector<byte>>(ref Unsafe.Add(ref bytes, at)))
        & Unsafe.ReadUnaligned<Vector<byte>>(ref Unsafe.Add(ref mask, at));
}
