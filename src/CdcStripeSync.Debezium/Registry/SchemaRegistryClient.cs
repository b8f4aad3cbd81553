using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Pipeline.Ports;
using Polly;
using Polly.Retry;

namespace CdcStripeSync.Debezium.Registry;

/// <summary>Fetches schemas from a registry with Confluent's REST API. A schema is asked for once; an id never changes its meaning.</summary>
public sealed class SchemaRegistryClient : ISchemaSource, IDisposable
{
    private readonly SchemaRegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<HttpResponseMessage> _retry;
    private readonly ConcurrentDictionary<int, SchemaLookup> _known = new();
    private readonly ConcurrentDictionary<int, Failure> _failures = new();
    private readonly ConcurrentDictionary<int, Lazy<Task<SchemaLookup>>> _asking = new();

    public SchemaRegistryClient(SchemaRegistryOptions options, TimeProvider time, HttpMessageHandler? handler = null)
    {
        _options = options;
        _time = time;
        _http = new HttpClient(handler ?? Transport(options)) { BaseAddress = new Uri(options.Url.ToString().TrimEnd('/') + "/"), Timeout = options.Timeout };
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.schemaregistry.v1+json, application/json");
        if (options.Username is { Length: > 0 })
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Username}:{options.Password}"));
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }

        _retry = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().HandleResult(r => (int)r.StatusCode >= 500),
            })
            .Build();
    }

    public ValueTask<SchemaLookup> FindAsync(int id, CancellationToken cancellationToken) =>
        _known.TryGetValue(id, out var known) ? ValueTask.FromResult(known) : new ValueTask<SchemaLookup>(AskAsync(id, cancellationToken));

    /// <summary>By Confluent's strategies for the names of subjects: the topic's name and <c>-value</c>, or the record's name with the topic's before it,
    /// or alone. Asked each time: the caller learns from the answer.</summary>
    public async ValueTask<AvroSchema?> FindValueOfAsync(string topic, string keyName, CancellationToken cancellationToken)
    {
        foreach (var subject in Subjects(topic, keyName))
        {
            if (await NewestAsync(subject, cancellationToken) is { } newest) return newest;
        }

        return null;
    }

    /// <summary>Debezium names a table's schemas <c>….Key</c>, <c>….Envelope</c> and <c>….Value</c>.</summary>
    private static IEnumerable<string> Subjects(string topic, string keyName)
    {
        yield return $"{topic}-value";
        if (keyName.LastIndexOf('.') is var dot and > 0)
        {
            foreach (var record in new[] { $"{keyName[..dot]}.Envelope", $"{keyName[..dot]}.Value" })
            {
                yield return $"{topic}-{record}";
                yield return record;
            }
        }
    }

    private async Task<AvroSchema?> NewestAsync(string subject, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _retry.ExecuteAsync(
                async token => await _http.GetAsync($"subjects/{Uri.EscapeDataString(subject)}/versions/latest", token), cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound) return null;
            if (!response.IsSuccessStatusCode)
                throw new SchemaRegistryUnavailableException($"the schema registry {_options.Url} answers {(int)response.StatusCode} for the newest schema of {subject}");
            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return json.RootElement.TryGetProperty("schema", out var schema) && schema.ValueKind == JsonValueKind.String ? AvroSchema.Parse(schema.GetString()!) : null;
        }
        catch (Exception e) when (e is JsonException or AvroSchemaException)
        {
            return null;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new SchemaRegistryUnavailableException($"the schema registry {_options.Url} cannot be reached for the newest schema of {subject}: {e.GetBaseException().Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>One request at a time for each id, whoever waits for it.</summary>
    private async Task<SchemaLookup> AskAsync(int id, CancellationToken cancellationToken)
    {
        if (_failures.TryGetValue(id, out var failure) && _time.GetElapsedTime(failure.Last) < _options.FailureMemory)
            return failure.IsFinal ? new SchemaLookup(null, failure.Message) : throw new SchemaRegistryUnavailableException(failure.Message);
        var asking = _asking.GetOrAdd(id, key => new Lazy<Task<SchemaLookup>>(() => FetchAsync(key)));
        try
        {
            return await asking.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (asking.Value.IsCompleted) _asking.TryRemove(KeyValuePair.Create(id, asking));
        }
    }

    private async Task<SchemaLookup> FetchAsync(int id)
    {
        HttpResponseMessage response;
        try
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"schemas/ids/{id}");
            response = await _retry.ExecuteAsync(async token => await _http.GetAsync(path, token), CancellationToken.None);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            throw Unavailable(id, $"the schema registry {_options.Url} cannot be reached for schema id {id}: {e.GetBaseException().Message}");
        }

        using (response)
        {
            if (response.StatusCode == HttpStatusCode.NotFound) return Unknown(id);
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                throw Unavailable(id, $"the schema registry {_options.Url} refuses the credentials ({(int)response.StatusCode}): set registry.username and registry.password");
            if (!response.IsSuccessStatusCode) throw Unavailable(id, $"the schema registry {_options.Url} answers {(int)response.StatusCode} for schema id {id}");
            return _known[id] = Read(id, await response.Content.ReadAsByteArrayAsync()); // JSON is UTF-8, whatever character set a header names
        }
    }

    /// <summary>What is no Avro schema stays none; what is no answer of a registry (a proxy's page) says nothing of the schema.</summary>
    private SchemaLookup Read(int id, byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.TryGetProperty("schemaType", out var type) && type.GetString() is { } kind and not "AVRO")
                return new SchemaLookup(null, $"schema id {id} is {kind}, not Avro");
            var found = new SchemaLookup(AvroSchema.Parse(json.RootElement.GetProperty("schema").GetString() ?? throw new JsonException("schema is null")), null);
            _failures.TryRemove(id, out _);
            return found;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Unavailable(id, $"the schema registry {_options.Url} answers for schema id {id} with no registry's answer: {e.Message}");
        }
        catch (AvroSchemaException e)
        {
            return new SchemaLookup(null, $"schema id {id}: {e.Message}");
        }
    }

    /// <summary>A registry that was just restored may know the id a moment later: only patience makes it final, and then for
    /// the records that ask now: one that is retried later asks again.</summary>
    private SchemaLookup Unknown(int id)
    {
        var first = _failures.TryGetValue(id, out var failure) ? failure.First : _time.GetTimestamp();
        var message = $"schema id {id} is not in the registry {_options.Url}";
        var isFinal = _time.GetElapsedTime(first) >= _options.UnknownIdPatience;
        _failures[id] = new Failure(first, _time.GetTimestamp(), message, isFinal);
        if (isFinal) return new SchemaLookup(null, message);
        throw new SchemaRegistryUnavailableException(message);
    }

    private SchemaRegistryUnavailableException Unavailable(int id, string message)
    {
        var now = _time.GetTimestamp();
        _failures[id] = new Failure(now, now, message, false);
        return new SchemaRegistryUnavailableException(message);
    }

    private static SocketsHttpHandler Transport(SchemaRegistryOptions options)
    {
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        if (options.CaFile is { Length: > 0 } file)
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck, // .NET's default for a policy is Online, and a private authority publishes no list
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return handler;
    }

    private readonly record struct Failure(long First, long Last, string Message, bool IsFinal);
}
