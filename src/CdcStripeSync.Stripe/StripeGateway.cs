using System.Net.Http.Headers;
using System.Text;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Stripe.Transport;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace CdcStripeSync.Stripe;

/// <summary>Sends one attempt over HTTP. Polly times it out and breaks the circuit; whether and when to try again is the pipeline's.</summary>
public sealed class StripeGateway : IStripeGateway, IDisposable
{
    /// <summary>Below this no time-out can be told (Polly's shortest).</summary>
    private static readonly TimeSpan ShortestDeadline = TimeSpan.FromMilliseconds(10);

    private static readonly MediaTypeHeaderValue FormType = new("application/x-www-form-urlencoded");
    private readonly HttpClient _http;
    private static readonly ResiliencePropertyKey<TimeSpan> Deadline = new("deadline");
    private readonly ResiliencePipeline<HttpResponseMessage> _attempt;
    private readonly bool _tellCause;

    public StripeGateway(StripeGatewayOptions options, TimeProvider time, HttpMessageHandler? transport = null)
    {
        _tellCause = options.BaseAddress.IsLoopback;
        var sockets = transport ?? new SocketsHttpHandler
        {
            MaxConnectionsPerServer = options.MaxConnections,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        HttpMessageHandler chain = new AuthenticationHandler(options)
        {
            InnerHandler = new VersionHandler { InnerHandler = new TelemetryHandler(time) { InnerHandler = sockets } },
        };
        _http = new HttpClient(chain) { BaseAddress = new Uri(options.BaseAddress.AbsoluteUri.TrimEnd('/') + "/"), Timeout = Timeout.InfiniteTimeSpan };
        Circuit = new CircuitBreakerStateProvider();
        _attempt = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = 1,
                MinimumThroughput = options.CircuitFailures,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = options.CircuitOpenFor,
                StateProvider = Circuit,
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<HttpRequestException>().Handle<TimeoutRejectedException>().Handle<IOException>()
                    .Handle<OperationCanceledException>(IsConnectTimeout)
                    .HandleResult(r => (int)r.StatusCode is 500 or 502 or 503 or 504),
            })
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = static attempt => new(attempt.Context.Properties.GetValue(Deadline, Timeout.InfiniteTimeSpan)) })
            .Build();
    }

    /// <summary>Closed while Stripe answers; open while it does not, and requests are refused here without leaving.</summary>
    public CircuitBreakerStateProvider Circuit { get; }

    public async Task<StripeOutcome> SendAsync(StripeRequest request, CancellationToken cancellationToken)
    {
        if (request.Deadline < ShortestDeadline) return new StripeOutcome.NoAnswer("no time was left to send it", MayHaveExecuted: false);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Deadline, request.Deadline);
        try
        {
            using var response = await _attempt.ExecuteAsync(static (attempt, work) => work.Gateway.ExchangeAsync(work.Request, attempt.CancellationToken), context, (Gateway: this, Request: request));
            return await ResponseReader.ReadAsync(response, cancellationToken);
        }
        catch (BrokenCircuitException)
        {
            return new StripeOutcome.NoAnswer("Stripe does not answer; the circuit is open and the request did not leave", MayHaveExecuted: false);
        }
        catch (TimeoutRejectedException)
        {
            return new StripeOutcome.NoAnswer($"no answer within {request.Deadline.TotalSeconds:0.#} s", MayHaveExecuted: true);
        }
        catch (OperationCanceledException e) when (IsConnectTimeout(e) && !cancellationToken.IsCancellationRequested)
        {
            return new StripeOutcome.NoAnswer("no connection within the time for connecting", MayHaveExecuted: false);
        }
        catch (HttpRequestException e)
        {
            return new StripeOutcome.NoAnswer(e.Message, MayHaveExecuted: !NeverLeft(e));
        }
        catch (IOException e)
        {
            return new StripeOutcome.NoAnswer(e.Message, MayHaveExecuted: true);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<HttpResponseMessage> ExchangeAsync(StripeRequest request, CancellationToken cancellationToken)
    {
        using var message = Message(request);
        var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        return answer;
    }

    private HttpRequestMessage Message(StripeRequest request)
    {
        var post = request.Method == StripeMethod.Post;
        var path = request.Path.TrimStart('/'); // under the base address, which may have a path of its own
        if (!post && request.Form.Length > 0) path = $"{path}?{request.Form}";
        var message = new HttpRequestMessage(request.Method switch
        {
            StripeMethod.Get => HttpMethod.Get,
            StripeMethod.Post => HttpMethod.Post,
            StripeMethod.Delete => HttpMethod.Delete,
            _ => throw new InvalidOperationException($"method {request.Method}"),
        }, path);
        if (post)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Form));
            message.Content.Headers.ContentType = FormType;
        }

        if (request.ApiVersion is { } version) message.Headers.Add(VersionHandler.Header, version);
        if (request.IdempotencyKey is { } key) message.Headers.Add("Idempotency-Key", key);
        if (_tellCause) message.Headers.TryAddWithoutValidation("X-Cdc-Cause", Uri.EscapeDataString(request.Cause));
        return message;
    }

    /// <summary>How the transport tells that its own time for connecting is over.</summary>
    private static bool IsConnectTimeout(OperationCanceledException e) => e.InnerException is TimeoutException;

    /// <summary>A connection that was never made carried nothing; everything later may have been executed.</summary>
    private static bool NeverLeft(HttpRequestException e) => e.HttpRequestError
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
}
