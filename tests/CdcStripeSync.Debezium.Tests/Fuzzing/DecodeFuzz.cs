using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.RegularExpressions;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Debezium.Projection;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Fuzzing;

/// <summary>Damaged recordings through both decoders: nothing crashes, hangs or swells, every refusal says where, and both read the same.</summary>
internal sealed partial class DecodeFuzz
{
    private const int FrameSize = 5;
    private const long MostAllocated = 64 * 1024;
    private static readonly TimeSpan MostTime = TimeSpan.FromMilliseconds(100);
    private readonly List<FuzzSeed> _seeds = [];
    private readonly ProjectionBuffer _buffer = new();
    private readonly EventStamp _stamp = new();
    private readonly Placeholder _placeholder = new();

    public long Tried { get; private set; }

    public long Unreadable { get; private set; }

    public long Projected { get; private set; }

    public long SaidTheSame { get; private set; }

    public long MostBytesOverTwice { get; private set; }

    public double MostMilliseconds { get; private set; }

    /// <summary>The first record of each kind of refusal: what a corpus keeps.</summary>
    public SortedDictionary<string, (string Recording, byte[] Value)> Kinds { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<FuzzSeed> Seeds => _seeds;

    /// <summary>Takes a recording's Avro records as seeds.</summary>
    public async Task AddAsync(string name, string folder, CancellationToken cancellationToken)
    {
        var recording = Recording.Open(folder);
        var decoder = new DebeziumDecoder(recording, new DecoderOptions());
        foreach (var record in recording.Records().Select(r => r.Record))
        {
            if (record.Value is not { } value || value.Length <= FrameSize || value.Span[0] != 0) continue;
            var decoded = await decoder.DecodeAsync(record, cancellationToken);
            var change = (decoded as DecodedRecord.Change)?.Event;
            var columns = change?.WriterColumns?.Where((_, i) => i % 3 != 1).ToList() ?? [];
            var found = await recording.FindAsync(SchemaId(value.Span), cancellationToken);
            var images = new AvroRecordImages(recording, _ => columns);
            var projection = columns.Count == 0 || found.Schema is not { } schema ? null : RecordProjection.Compile(SchemaId(value.Span), schema, columns);
            _seeds.Add(new FuzzSeed(name, record, decoder, change, columns, projection, images, change is null ? null : images.Of(record, change)));
        }
    }

    /// <returns>What is wrong, or null.</returns>
    public string? Try(FuzzSeed seed, byte[] value)
    {
        Tried++;
        var record = seed.Record with { Value = value };
        for (var again = 0; ; again++)
        {
            var clock = Stopwatch.GetTimestamp();
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            string? wrong;
            DecodedRecord decoded;
            try
            {
                var pending = seed.Decoder.DecodeAsync(record, CancellationToken.None);
                if (!pending.IsCompleted) return "decoding waits";
                decoded = pending.GetAwaiter().GetResult();
                allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
                wrong = Compare(seed, record, decoded);
            }
            catch (Exception e)
            {
                return $"{e.GetType().Name}: {e.Message}";
            }

            var time = Stopwatch.GetElapsedTime(clock);
            // A pause of the machine is not a hang: what takes long every time is.
            if (time > MostTime && again < 3) continue;
            MostMilliseconds = Math.Max(MostMilliseconds, time.TotalMilliseconds);
            MostBytesOverTwice = Math.Max(MostBytesOverTwice, allocated - (2L * value.Length));
            if (time > MostTime) return $"{time.TotalMilliseconds:F0} ms";
            return wrong ?? (allocated > MostAllocated + (2L * value.Length) ? $"{allocated} bytes allocated for {value.Length}" : null);
        }
    }

    private string? Compare(FuzzSeed seed, SourceRecord record, DecodedRecord decoded)
    {
        if (decoded is DecodedRecord.Unreadable unreadable)
        {
            Unreadable++;
            if (!Place().IsMatch(unreadable.Error)) return $"the error does not say schema id, field and byte: {unreadable.Error}";
            Kinds.TryAdd(Digits().Replace(unreadable.Error, "#"), (seed.Recording, record.Value!.Value.ToArray()));
        }

        if (seed.Projection is not { } projection || SchemaId(record.Value!.Value.Span) != projection.SchemaId) return null;
        var change = (decoded as DecodedRecord.Change)?.Event;
        var body = record.Value!.Value.Span[FrameSize..];
        var read = projection.TryRead(body, _buffer);
        if (change is not null && !_buffer.TrustedABlockSize)
        {
            if (!read) return "the projection refuses what the generic decoder reads";
            Projected++;
            if (change.Op is not Core.Changes.ChangeOp.Delete && !Equals(projection.Row(body, _buffer, _placeholder), seed.Expected(change))) return "the projection reads other values";
        }

        if (seed.Image is not { } image || !seed.Images.SaysTheSame(image, record, _stamp)) return null;
        SaidTheSame++;
        if (change is null) return null;
        if (!Equals(seed.Expected(change), seed.Expected(seed.Change!))) return "a record with other values passes as unchanged";
        return (_stamp.Snapshot, _stamp.Place.Position, _stamp.Place.CommittedAt) == (change.Snapshot, change.Position, change.CommittedAt) ? null : $"the stamp is {_stamp}, the decoder's position {change.Position} at {change.CommittedAt}";
    }

    private static int SchemaId(ReadOnlySpan<byte> value) => value.Length >= FrameSize ? BinaryPrimitives.ReadInt32BigEndian(value[1..]) : -1;

    [GeneratedRegex(@"schema id \d+: .* at field '.*', byte \d+|^value with schema id \d+: (op|the envelope|header)|magic byte|bytes, expected|are left over|no after|bare row")]
    private static partial Regex Place();

    [GeneratedRegex(@"-?\d+")]
    private static partial Regex Digits();
}
