using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Minisim.Studio.Http;

/// <summary>Who may talk to the server: whoever has the token, from this machine, and no page of another site.</summary>
/// <remarks>A server on loopback is reached by every page that the user's browser shows. A foreign page cannot know the token; its name
/// for this server (rebound DNS) fails on Host, its requests on Origin, its frames on the policy of the answers.</remarks>
internal sealed class Access
{
    private readonly byte[] _token;
    private readonly HashSet<string> _hosts, _origins;
    private readonly string _cookie;

    public Access(int port, string token)
    {
        (Token, Port) = (token, port);
        _token = Encoding.UTF8.GetBytes(token);
        _hosts = new([$"127.0.0.1:{port}", $"localhost:{port}"], StringComparer.OrdinalIgnoreCase);
        _origins = new(_hosts.Select(h => "http://" + h), StringComparer.OrdinalIgnoreCase);
        // Cookies of a host are sent to all of its ports.
        _cookie = $"minisim_{port}";
    }

    public string Token { get; }
    public int Port { get; }

    /// <summary>A new token: 128 random bits.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Whether the request may go on; else it is answered.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isKnown">Its address is one that only somebody with the token can have.</param>
    /// <exception cref="StudioError">It may not.</exception>
    public bool Admit(HttpContext context, bool isKnown)
    {
        var (request, response) = (context.Request, context.Response);
        SetHeaders(response.Headers);
        if (request.Host.Value is not { } host || !_hosts.Contains(host))
            throw new StudioError(StatusCodes.Status421MisdirectedRequest, "This server answers to 127.0.0.1 and localhost only. Open the address that minisim printed.");
        if (request.Headers.Origin is { Count: > 0 } origin && !(origin.Count == 1 && _origins.Contains(origin[0]!)))
            throw new StudioError(StatusCodes.Status403Forbidden, "Requests from other sites are refused.");
        // A browser names the site of every request that changes something; a program may leave it out.
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && site[0] is "cross-site" or "same-site" && !HttpMethods.IsGet(request.Method))
            throw new StudioError(StatusCodes.Status403Forbidden, "Requests from other sites are refused.");

        if (isKnown) return true;
        if (request.Query["token"] is { Count: 1 } given && IsToken(given[0]))
        {
            // Programs that read a stream keep the token in the address; a page gets a cookie instead, so that no history has it.
            if (request.Path.StartsWithSegments("/stream")) return true;
            response.Cookies.Append(_cookie, Token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
            if (!HttpMethods.IsGet(request.Method)) return true;
            response.StatusCode = StatusCodes.Status303SeeOther;
            response.Headers.Location = request.Path.Value;
            return false;
        }
        if (IsToken(request.Cookies[_cookie]) || IsToken(Bearer(request))) return true;
        throw new StudioError(StatusCodes.Status401Unauthorized, "The token is missing or of another run. Open the address that minisim printed when it started.");
    }

    private static string? Bearer(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith("Bearer ", StringComparison.Ordinal) ? value["Bearer ".Length..] : null;

    private bool IsToken(string? text) => text is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), _token);

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }
}
