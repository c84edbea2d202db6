set terminal pngcairo noenhanced size 1460,1324 background rgb '#f4f6fa' font 'Noto Sans CJK SC,11'
set encoding utf8
$d0 << EOD
0 6 20 NaN
1 7 21.19201598 4
2 8 22.33651005 5
3 9 23.38785484 3
4 6 24.30413655 4
5 7 25.04882591 5
6 8 25.59223452 3
7 9 25.91269838 4
8 6 25.99744162 5
9 7 25.84308579 3
10 8 25.45578456 4
11 9 24.85097842 5
12 6 24.05277908 3
13 7 23.09300823 4
14 8 22.0099289 5
15 9 20.84672005 3
16 6 19.64975514 4
17 7 18.46675339 NaN
18 8 17.34487734 3
19 9 16.32885265 4
20 198.258905 15.45918503 5
21 196.7331128 14.77054537 3
22 179.8229738 14.29038756 4
23 163.0755919 14.03785398 5
24 161.8884328 14.02301235 3
25 177.352965 14.24645435 4
26 8 14.69927207 5
27 9 15.36341307 3
28 6 16.21240017 4
29 7 17.21238692 5
30 8 18.32350701 3
31 9 19.50146358 4
32 6 20.69929523 5
33 7 21.86924818 3
34 8 22.96468011 NaN
35 9 23.94191959 5
36 6 24.76200718 3
37 7 25.39224857 4
38 8 25.80751803 5
39 9 25.99126007 3
40 6 25.93614948 4
41 7 25.64438334 5
42 8 25.12759345 3
43 9 24.40638259 4
44 6 23.50950316 5
45 7 22.47271091 3
46 8 21.33733948 4
47 9 20.14865255 5
48 6 18.95403931 3
49 7 17.80112522 4
50 8 16.73587333 5
51 9 15.80075187 NaN
52 6 15.03304119 4
53 7 14.46334747 5
54 8 14.11438262 3
55 9 14.00005876 4
56 6 14.12493363 5
57 7 14.48402885 3
58 8 15.06302843 4
59 9 15.83884949 5
EOD
$d1 << EOD
0 42000
1 42997.94366
2 43983.57969
3 44944.75227
4 45869.60727
5 46746.73847
6 47565.32823
7 48315.28089
8 48987.34729
9 49573.23886
10 50065.72981
11 50458.74625
12 50747.44111
13 50928.25394
14 50998.95476
15 50958.67162
16 50807.90134
17 50548.50336
18 50183.67684
19 49717.92117
20 49156.98051
21 48507.77294
22 47778.30511
23 46977.57354
24 46115.45364
25 45202.57792
26 44250.20487
27 43270.08007
28 42274.2914
29 41275.1199
30 40284.88833
31 39315.80921
32 38379.83416
33 37488.50656
34 36652.81913
35 35883.07839
36 35188.77754
37 34578.47938
38 34059.71071
39 33638.86949
40 33321.14595
41 33110.45857
42 33009.40575
43 33019.23377
44 33139.82143
45 33369.68153
46 33705.97919
47 34144.56687
48 34680.03548
49 35305.78108
50 36014.08637
51 36796.21582
52 37642.52346
53 38542.57179
54 39485.26052
55 40458.96348
56 41451.67203
57 42451.14309
58 43445.05021
59 44421.13556
EOD
$d2 << EOD
0 12345
1 4321
2 2100
3 640
4 12
EOD
set multiplot
reset
set object rectangle from screen 0.01370,screen 0.64955 to screen 0.49315,screen 0.95166 fc rgb 'white' fs solid 1.0 border lc rgb '#e5e9f2' behind
set label '支付看板' at screen 0.01507,screen 0.97583 left font 'Noto Sans CJK SC:Bold,17' tc rgb '#1f2d3d' front
set label '各服务错误数 (次/分钟)' at screen 0.02877,screen 0.93051 left font 'Noto Sans CJK SC:Bold,13' tc rgb '#1f2d3d' front
set border 1 lc rgb '#8492a6'
set tics nomirror scale 0 tc rgb '#8492a6'
set grid ytics lt 1 lw 1 lc rgb '#e5e9f2'
set lmargin at screen 0.05890
set rmargin at screen 0.47397
set tmargin at screen 0.90937
set bmargin at screen 0.70544
set format y '%g'
set yrange [0:*]
set offsets 0,0,graph 0.08,0
set xrange [0:59]
set xtics ('10:00' 0, '10:09' 9, '10:18' 18, '10:27' 27, '10:36' 36, '10:45' 45, '10:54' 54)
set key at screen 0.25342,screen 0.65710 center bottom horizontal Left reverse maxrows 2 samplen 1.5 width 1 font 'Noto Sans CJK SC,10' tc rgb '#1f2d3d'
plot $d0 using 1:2 with lines lw 2.2 lc rgb '#2f6fed' title 'payment', $d0 using 1:3 with lines lw 2.2 lc rgb '#f5a623' title 'gateway', $d0 using 1:4 with linespoints pt 7 ps 0.5 lw 2.2 lc rgb '#22a06b' title '订单'
reset
set object rectangle from screen 0.50685,screen 0.64955 to screen 0.98630,screen 0.95166 fc rgb 'white' fs solid 1.0 border lc rgb '#e5e9f2' behind
set label '日志量 (条)' at screen 0.52192,screen 0.93051 left font 'Noto Sans CJK SC:Bold,13' tc rgb '#1f2d3d' front
set border 1 lc rgb '#8492a6'
set tics nomirror scale 0 tc rgb '#8492a6'
set grid ytics lt 1 lw 1 lc rgb '#e5e9f2'
set lmargin at screen 0.55205
set rmargin at screen 0.96712
set tmargin at screen 0.90937
set bmargin at screen 0.68127
set format y '%g'
set yrange [0:*]
set offsets 0,0,graph 0.08,0
set xrange [0:59]
set xtics ('10:00' 0, '10:09' 9, '10:18' 18, '10:27' 27, '10:36' 36, '10:45' 45, '10:54' 54)
unset key
plot $d1 using 1:2 with filledcurves y1=0 fc rgb '#2f6fed' fs transparent solid 0.12 noborder notitle, $d1 using 1:2 with lines lw 2.2 lc rgb '#2f6fed' title 'count'
reset
set object rectangle from screen 0.01370,screen 0.33233 to screen 0.49315,screen 0.63444 fc rgb 'white' fs solid 1.0 border lc rgb '#e5e9f2' behind
set label '错误最多的服务 (次)' at screen 0.02877,screen 0.61329 left font 'Noto Sans CJK SC:Bold,13' tc rgb '#1f2d3d' front
set border 1 lc rgb '#8492a6'
set tics nomirror scale 0 tc rgb '#8492a6'
set grid ytics lt 1 lw 1 lc rgb '#e5e9f2'
set border 0
unset grid
set lmargin at screen 0.11712
set rmargin at screen 0.43014
set tmargin at screen 0.59517
set bmargin at screen 0.35045
set xrange [0:*]
set yrange [4.7:-0.7]
unset xtics
unset key
set ytics ('payment' 0, 'gateway-nginx' 1, '订单服务' 2, 'user-center' 3, 'cart' 4) tc rgb '#1f2d3d'
set label '12,345' at first 12345,first 0 left offset character 0.7,0 tc rgb '#1f2d3d' front
set label '4,321' at first 4321,first 1 left offset character 0.7,0 tc rgb '#1f2d3d' front
set label '2,100' at first 2100,first 2 left offset character 0.7,0 tc rgb '#1f2d3d' front
set label '640' at first 640,first 3 left offset character 0.7,0 tc rgb '#1f2d3d' front
set label '12' at first 12,first 4 left offset character 0.7,0 tc rgb '#1f2d3d' front
plot $d2 using (0.5*$2):1:(0):2:($1-0.32):($1+0.32) with boxxyerror fs solid 0.9 noborder lc rgb '#2f6fed' notitle
reset
set object rectangle from screen 0.50685,screen 0.33233 to screen 0.98630,screen 0.63444 fc rgb 'white' fs solid 1.0 border lc rgb '#e5e9f2' behind
set label '状态码' at screen 0.52192,screen 0.61329 left font 'Noto Sans CJK SC:Bold,13' tc rgb '#1f2d3d' front
set object circle at screen 0.64110,screen 0.47281 size screen 0.08767 arc [-217.400:90.000] fc rgb '#2f6fed' fs solid 1.0 border lc rgb 'white' lw 2 front
set object rectangle from screen 0.76575,screen 0.57175 to screen 0.77329,screen 0.58006 fc rgb '#2f6fed' fs solid 1.0 noborder front
set label '200' at screen 0.77945,screen 0.57553 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '9,000' at screen 0.92603,screen 0.57553 right font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '85.4%' at screen 0.96986,screen 0.57553 right font 'Noto Sans CJK SC,11' tc rgb '#8492a6' front
set object circle at screen 0.64110,screen 0.47281 size screen 0.08767 arc [-241.309:-217.400] fc rgb '#f5a623' fs solid 1.0 border lc rgb 'white' lw 2 front
set object rectangle from screen 0.76575,screen 0.55211 to screen 0.77329,screen 0.56042 fc rgb '#f5a623' fs solid 1.0 noborder front
set label '404' at screen 0.77945,screen 0.55589 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '700' at screen 0.92603,screen 0.55589 right font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '6.6%' at screen 0.96986,screen 0.55589 right font 'Noto Sans CJK SC,11' tc rgb '#8492a6' front
set object circle at screen 0.64110,screen 0.47281 size screen 0.08767 arc [-255.655:-241.309] fc rgb '#22a06b' fs solid 1.0 border lc rgb 'white' lw 2 front
set object rectangle from screen 0.76575,screen 0.53248 to screen 0.77329,screen 0.54079 fc rgb '#22a06b' fs solid 1.0 noborder front
set label '502' at screen 0.77945,screen 0.53625 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '420' at screen 0.92603,screen 0.53625 right font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '4.0%' at screen 0.96986,screen 0.53625 right font 'Noto Sans CJK SC,11' tc rgb '#8492a6' front
set object circle at screen 0.64110,screen 0.47281 size screen 0.08767 arc [-265.901:-255.655] fc rgb '#e5484d' fs solid 1.0 border lc rgb 'white' lw 2 front
set object rectangle from screen 0.76575,screen 0.51284 to screen 0.77329,screen 0.52115 fc rgb '#e5484d' fs solid 1.0 noborder front
set label '301' at screen 0.77945,screen 0.51662 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '300' at screen 0.92603,screen 0.51662 right font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '2.8%' at screen 0.96986,screen 0.51662 right font 'Noto Sans CJK SC,11' tc rgb '#8492a6' front
set object circle at screen 0.64110,screen 0.47281 size screen 0.08767 arc [-270.000:-265.901] fc rgb '#8e4ec6' fs solid 1.0 border lc rgb 'white' lw 2 front
set object rectangle from screen 0.76575,screen 0.49320 to screen 0.77329,screen 0.50151 fc rgb '#8e4ec6' fs solid 1.0 noborder front
set label '504' at screen 0.77945,screen 0.49698 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '120' at screen 0.92603,screen 0.49698 right font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '1.1%' at screen 0.96986,screen 0.49698 right font 'Noto Sans CJK SC,11' tc rgb '#8492a6' front
set object circle at screen 0.64110,screen 0.47281 size screen 0.05085 fc rgb 'white' fs solid 1.0 noborder front
set label '10,540' at screen 0.64110,screen 0.47281 center font 'Noto Sans CJK SC:Bold,18' tc rgb '#1f2d3d' front
unset border
unset tics
unset key
set lmargin at screen 0.52192
set rmargin at screen 0.97123
set tmargin at screen 0.59668
set bmargin at screen 0.34743
set xrange [0:1]
set yrange [0:1]
plot -1 notitle
reset
set object rectangle from screen 0.01370,screen 0.01511 to screen 0.49315,screen 0.31722 fc rgb 'white' fs solid 1.0 border lc rgb '#e5e9f2' behind
set label 'P99 耗时 (毫秒)' at screen 0.02877,screen 0.29607 left font 'Noto Sans CJK SC:Bold,13' tc rgb '#1f2d3d' front
set label '1,235' at screen 0.25342,screen 0.16616 center font 'Noto Sans CJK SC:Bold,54' tc rgb '#2f6fed' front
unset border
unset tics
unset key
set lmargin at screen 0.02877
set rmargin at screen 0.47808
set tmargin at screen 0.27946
set bmargin at screen 0.03021
set xrange [0:1]
set yrange [0:1]
plot -1 notitle
reset
set object rectangle from screen 0.50685,screen 0.01511 to screen 0.98630,screen 0.31722 fc rgb 'white' fs solid 1.0 border lc rgb '#e5e9f2' behind
set label '最慢的接口' at screen 0.52192,screen 0.29607 left font 'Noto Sans CJK SC:Bold,13' tc rgb '#1f2d3d' front
set label '接口' at screen 0.52192,screen 0.26737 left font 'Noto Sans CJK SC:Bold,11' tc rgb '#8492a6' front
set label '耗时' at screen 0.67169,screen 0.26737 left font 'Noto Sans CJK SC:Bold,11' tc rgb '#8492a6' front
set label '次数' at screen 0.82146,screen 0.26737 left font 'Noto Sans CJK SC:Bold,11' tc rgb '#8492a6' front
set arrow from screen 0.52192,screen 0.25604 to screen 0.97123,screen 0.25604 nohead lw 1 lc rgb '#e5e9f2' front
set label '/api/v1/orders' at screen 0.52192,screen 0.24471 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '3210' at screen 0.67169,screen 0.24471 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '17' at screen 0.82146,screen 0.24471 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set arrow from screen 0.52192,screen 0.23414 to screen 0.97123,screen 0.23414 nohead lw 1 lc rgb '#e5e9f2' front
set label '/api/v1/pay' at screen 0.52192,screen 0.22281 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '2980' at screen 0.67169,screen 0.22281 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '5' at screen 0.82146,screen 0.22281 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set arrow from screen 0.52192,screen 0.21224 to screen 0.97123,screen 0.21224 nohead lw 1 lc rgb '#e5e9f2' front
set label '/api/v1/users/profile/set…' at screen 0.52192,screen 0.20091 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '1500' at screen 0.67169,screen 0.20091 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
set label '2' at screen 0.82146,screen 0.20091 left font 'Noto Sans CJK SC,11' tc rgb '#1f2d3d' front
unset border
unset tics
unset key
set lmargin at screen 0.52192
set rmargin at screen 0.97123
set tmargin at screen 0.27946
set bmargin at screen 0.03021
set xrange [0:1]
set yrange [0:1]
plot -1 notitle
unset multiplot
